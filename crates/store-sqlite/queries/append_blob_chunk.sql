-- Called by `put_blob` for each chunk. A chunk that is there already has the same bytes, because the digest says so.
-- ?1 digest, ?2 chunk, ?3 size of the whole file, ?4 bytes
insert into blobs (digest, chunk, size, bytes)
select ?1, ?2, ?3, ?4
where not exists (select 1 from blobs where digest = ?1 and chunk = ?2)
