-- Called by every commit that keeps a command: all its events in one statement, in the order of their positions.
-- ?1 JSON array of [position, stream, seq, header in hex, hash in hex]
insert into events (position, stream, seq, header, hash)
select value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), unhex(value ->> 4)
from json_each(?1)
