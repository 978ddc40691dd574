-- Called by commits that publish calendars.
-- ?1 JSON array of [digest in hex, name, version, source]
insert into calendars (digest, name, version, source)
select unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3
from json_each(?1)
