-- Called by `workflow`. By primary key.
-- ?1 digest
select digest, name, version, source, canonical
from workflows
where digest = ?1
