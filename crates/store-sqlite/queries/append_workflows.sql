-- Called by commits that publish workflows.
-- ?1 JSON array of [digest in hex, name, version, source, canonical form in hex]
insert into workflows (digest, name, version, source, canonical)
select unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, unhex(value ->> 4)
from json_each(?1)
