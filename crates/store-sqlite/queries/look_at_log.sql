-- Called every few commits: how many pages the log holds, and how many of them are in the file. Changes nothing.
pragma wal_checkpoint(noop)
