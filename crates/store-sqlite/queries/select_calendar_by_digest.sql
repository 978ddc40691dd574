-- Called by `calendar`. By primary key.
-- ?1 digest
select digest, name, version, source
from calendars
where digest = ?1
