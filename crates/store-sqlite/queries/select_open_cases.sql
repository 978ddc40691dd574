-- Called by `cases` for open ones, page by page along the index `cases_open`.
-- ?1 the last number seen, ?2 rows
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
       incident_id, pending
from cases
where number > ?1
  and closed_at is null
order by number
limit ?2
