-- Called for a copy beside its original: the record at which the copy ends. One row of the primary key.
-- ?1 position
select hash
from events
where position = ?1
