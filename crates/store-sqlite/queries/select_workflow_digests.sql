-- Called by commits that publish, under the write lock. Two searches of indexes for each.
-- ?1 JSON array of [name, version, digest in hex]
select name, version, digest
from json_each(?1)
cross join workflows on (name = value ->> 0 and version = value ->> 1) or digest = unhex(value ->> 2)
