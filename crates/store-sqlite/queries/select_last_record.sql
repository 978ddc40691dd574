-- Called by `Inspection::extent` and for a copy beside its original. The end of the primary key.
select position, header, hash
from events
order by position desc
limit 1
