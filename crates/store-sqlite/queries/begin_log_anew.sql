-- Called when the log is long though all of it is in the file: takes the write lock, brings over the rest, and waits until
-- nobody reads from the log any more, so that whoever writes next begins it anew. Busy, if one of these cannot be had.
pragma wal_checkpoint(restart)
