-- Called by `Inspection::headers`: a stretch of one stream. A walk along the unique index over stream and seq.
-- ?1 stream, ?2 first seq, ?3 last seq, ?4 rows
select seq, header
from events
where stream = (select first_position from streams where streams.stream = ?1) and seq between ?2 and ?3
order by seq
limit ?4
