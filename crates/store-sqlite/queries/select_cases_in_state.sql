-- Called by `cases` for those in a state, page by page along the index `cases_state`. A state lies in one phase, so that the
-- cases in it are all open or all closed; only workflows of one name for two states mix them.
-- ?1 the last number seen, ?2 state, ?3 1 for closed, 0 for open, or null; ?4 rows
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
       incident_id, pending
from cases
where number > ?1
  and state = ?2
  and (?3 is null or (closed_at is not null) = ?3)
order by number
limit ?4
