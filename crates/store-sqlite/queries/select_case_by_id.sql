-- Called by `case`. By primary key.
-- ?1 case id
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at, revision,
       incident_id, pending
from cases
where case_id = ?1
