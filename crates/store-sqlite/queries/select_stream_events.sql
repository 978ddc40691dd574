-- Called by `stream_records`, page by page along the unique index (stream, seq).
-- ?1 stream, ?2 first seq, ?3 rows
select position, stream, seq, header, hash
from events
where stream = ?1 and seq >= ?2
order by seq
limit ?3
