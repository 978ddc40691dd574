-- Called by `case`. By primary key.
-- ?1 number
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
       incident_id, pending
from cases
where number = ?1
