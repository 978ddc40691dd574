-- Called by `cases` for any, page by page along the primary key.
-- ?1 the last number seen, ?2 rows
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
       incident_id, pending
from cases
where number > ?1
order by number
limit ?2
