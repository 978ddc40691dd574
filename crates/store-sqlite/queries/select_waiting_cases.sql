-- Called by `cases` for those in which something waits for consent, page by page along the index `cases_waiting`.
-- ?1 the last number seen; ?2 state or null, ?3 1 for closed, 0 for open, or null; ?4 rows
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
       incident_id, pending
from cases
where number > ?1
  and pending is not 0
  and (?2 is null or state = ?2)
  and (?3 is null or (closed_at is not null) = ?3)
order by number
limit ?4
