-- Called by `take_lease`: who holds the lease so that it cannot be taken, and for how many microseconds. Without the
-- write lock it is only a guess, which `take_lease.sql` makes again under it.
-- ?1 the lease, ?2 how long it is asked for in microseconds
with held as (
    select holder, ends_at - cast(round(unixepoch('subsec') * 1000) as integer) * 1000 as remaining
    from leases
    where name = ?1 and holder is not null
)
select holder, remaining
from held
where remaining > 0 and remaining <= ?2
