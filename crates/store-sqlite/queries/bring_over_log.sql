-- Called when the log has grown: writes into the file what no reader still needs in the log, without waiting for anybody.
pragma wal_checkpoint(passive)
