-- Called by every commit that keeps a command, after its events.
-- $1 bytes; $3 rows of position, class, salt, bytes, of bytes and texts their places in the bytes
insert into parts (position, class, salt, bytes)
select
    value ->> 0,
    cast(substr($1, value ->> 1, value ->> 2) as text),
    substr($1, value ->> 3, value ->> 4),
    substr($1, value ->> 5, value ->> 6)
from jsonb_each($3)
