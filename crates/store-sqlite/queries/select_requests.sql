-- Called by `request`. One search of the primary key for each key.
-- ?1 JSON array of [person, key]
select person, requests.key as key, digest, command, stream, first_seq, last_seq
from json_each(?1) as asked
cross join requests on requests.person = asked.value ->> 0 and requests.key = asked.value ->> 1
