-- Called by every commit that keeps a command: all its events in one statement, in the order of their positions.
-- $1 bytes; $2 rows of position, stream, seq, header, hash, of bytes and texts their places in the bytes
insert into events (position, stream, seq, header, hash)
select
    value ->> 0,
    value ->> 1,
    value ->> 2,
    substr($1, value ->> 3, value ->> 4),
    substr($1, value ->> 5, value ->> 6)
from jsonb_each($2)
