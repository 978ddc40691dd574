-- Called by `calendar`. By the unique index (name, version).
-- ?1 name, ?2 version
select digest, name, version, source
from calendars
where name = ?1 and version = ?2
