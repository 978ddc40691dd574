-- Called by `Inspection::clocks`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, case_id, duty, obligation, recipient, due_at, status, provisional
from clocks
where rowid >= ?1
order by rowid
limit ?2
