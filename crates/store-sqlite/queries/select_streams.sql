-- Called by `streams`, page by page along the unique index on `stream`.
-- ?1 the last name seen, or the empty text; ?2 rows
select stream, version, head, revision, wake_at
from streams
where stream > ?1
order by stream
limit ?2
