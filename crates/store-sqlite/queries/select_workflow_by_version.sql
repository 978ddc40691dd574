-- Called by `workflow`. By the unique index (name, version).
-- ?1 name, ?2 version
select digest, name, version, source, canonical
from workflows
where name = ?1 and version = ?2
