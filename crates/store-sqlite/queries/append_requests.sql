-- Called by commits that answer requests.
-- $4 bytes; $6 rows of person, key, digest, command, stream, first_seq, last_seq, of bytes and texts their places in
--    the bytes
insert into requests (person, key, digest, command, stream, first_seq, last_seq)
select
    cast(substr($4, value ->> 0, value ->> 1) as text),
    cast(substr($4, value ->> 2, value ->> 3) as text),
    substr($4, value ->> 4, value ->> 5),
    cast(substr($4, value ->> 6, value ->> 7) as text),
    cast(substr($4, value ->> 8, value ->> 9) as text),
    value ->> 10,
    value ->> 11
from jsonb_each($6)
