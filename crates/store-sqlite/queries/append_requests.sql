-- Called by commits that answer requests.
-- ?1 JSON array of [person, key, digest in hex, command, stream, first_seq, last_seq]
insert into requests (person, key, digest, command, stream, first_seq, last_seq)
select value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5, value ->> 6
from json_each(?1)
