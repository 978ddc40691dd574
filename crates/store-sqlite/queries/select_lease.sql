-- Called by `take_lease` if somebody else holds the lease: who, and for how many microseconds.
-- ?1 the lease
select holder, until - cast(round(unixepoch('subsec') * 1000) as integer) * 1000 as remaining
from leases
where name = ?1
