-- Called by `Inspection::ledgers`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, id, size, next_case_number, next_incident_number, kind, virtual_now, created_at
from ledger
where rowid >= ?1
order by rowid
limit ?2
