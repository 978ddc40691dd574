-- Called by `release_lease` under the write lock. Changes no row if somebody else has taken the lease since.
-- ?1 the lease, ?2 its holder, ?3 their epoch
update leases
set holder = null
where name = ?1 and holder = ?2 and epoch = ?3
