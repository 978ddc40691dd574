-- Called by `Inspection::rows`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, incident_id, number, opened_at, cases
from incidents
where rowid >= ?1
order by rowid
limit ?2
