-- Called by `upgrade` where a migration found that rows of schemas 1 to 6 contradict each other: those that it would lose. A
-- walk of each table with one search of an index for each row.
-- ?1 rows
select 'streams' as "table", stream as "row"
from streams
where not exists (select 1 from events where events.stream = streams.stream and seq = 0)
union all
select 'events', position
from events
where not exists (select 1 from streams where streams.stream = events.stream)
union all
select 'clocks', case_id || '/' || duty
from clocks
where not exists (select 1 from cases where cases.case_id = clocks.case_id)
limit ?1
