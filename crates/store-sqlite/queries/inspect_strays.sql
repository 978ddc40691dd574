-- Called by `Inspection::strays`: parts and erasures of records that are not there. A walk of both tables, with one
-- search of the primary key of events for each row.
-- ?1 rows
select 'parts' as "table", position, class
from parts
where not exists (select 1 from events where events.position = parts.position)
union all
select 'erasures', position, class
from erasures
where not exists (select 1 from events where events.position = erasures.position)
limit ?1
