-- Called by `blob` for each chunk, so that one chunk is in memory twice at most. By primary key.
-- ?1 digest, ?2 chunk
select size, bytes
from blobs
where digest = ?1 and chunk = ?2
