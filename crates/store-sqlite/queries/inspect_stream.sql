-- Called by `Inspection::records` where the first event of a stream cannot be read. One search of the primary key.
-- ?1 position of the first event
select stream
from streams
where first_position = ?1
