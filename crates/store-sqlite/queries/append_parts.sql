-- Called by every commit that keeps a command, after its events.
-- ?1 JSON array of [position, class, salt in hex, bytes in hex]
insert into parts (position, class, salt, bytes)
select value ->> 0, value ->> 1, unhex(value ->> 2), unhex(value ->> 3)
from json_each(?1)
