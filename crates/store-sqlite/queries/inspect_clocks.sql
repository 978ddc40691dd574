-- Called by `Inspection::clocks`: every row in the order of its number, whatever its cells say. A walk of the table, with one
-- search of the primary key of cases for each row.
-- ?1 first number, ?2 rows
select clocks.rowid as row_number, case_id, case_number, duty, obligation, recipient, due_at, status, provisional
from clocks
left join cases on cases.number = case_number
where clocks.rowid >= ?1
order by clocks.rowid
limit ?2
