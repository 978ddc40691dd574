-- Called by `head`. One search of the unique index on `stream` for each name.
-- ?1 names, as a JSON array
select stream, version, head, revision, wake_at
from streams
where stream in (select value from json_each(?1))
