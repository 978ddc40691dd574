-- Called by `copy_into`: everything that is committed, as it is at one moment, in a file of its own.
-- ?1 an empty file
vacuum into ?1
