-- Called by `Inspection::records` for an event whose stream began before the page. One search of the primary key.
-- ?1 position
select header, hash
from events
where position = ?1
