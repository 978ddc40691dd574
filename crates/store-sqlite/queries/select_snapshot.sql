-- Called by `snapshot`. By primary key.
-- ?1 stream
select stream, version, head, format, digest, bytes
from snapshots
where stream = ?1
