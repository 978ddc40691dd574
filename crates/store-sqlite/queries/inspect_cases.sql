-- Called by `Inspection::cases`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, case_id, number, workflow, workflow_version, workflow_digest, state, phase, title,
       opened_at, closed_at,
       incident_id, pending
from cases
where rowid >= ?1
order by rowid
limit ?2
