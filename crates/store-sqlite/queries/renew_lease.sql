-- Called by `renew_lease` under the write lock. Changes no row if somebody else has taken the lease since.
-- ?1 the lease, ?2 its holder, ?3 their epoch, ?4 how long in microseconds
update leases
set ends_at = cast(round(unixepoch('subsec') * 1000) as integer) * 1000 + ?4
where name = ?1 and holder = ?2 and epoch = ?3
