-- Called by `take_lease` under the write lock. One statement, so that it has one present throughout.
-- A lease that ends later than the one asked for would was taken before the clock was set back.
-- ?1 the lease, ?2 who asks, ?3 how long in microseconds
insert into leases (name, holder, epoch, ends_at)
values (?1, ?2, 1, cast(round(unixepoch('subsec') * 1000) as integer) * 1000 + ?3)
on conflict (name) do update
set holder = excluded.holder, epoch = leases.epoch + 1, ends_at = excluded.ends_at
where leases.holder is null
  or leases.ends_at <= cast(round(unixepoch('subsec') * 1000) as integer) * 1000
  or leases.ends_at > excluded.ends_at
returning epoch
