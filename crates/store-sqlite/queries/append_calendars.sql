-- Called by commits that publish calendars.
-- $1 bytes; $4 rows of digest, name, version, source, of bytes and texts their places in the bytes
insert into calendars (digest, name, version, source)
select
    substr($1, value ->> 0, value ->> 1),
    cast(substr($1, value ->> 2, value ->> 3) as text),
    cast(substr($1, value ->> 4, value ->> 5) as text),
    cast(substr($1, value ->> 6, value ->> 7) as text)
from jsonb_each($4)
