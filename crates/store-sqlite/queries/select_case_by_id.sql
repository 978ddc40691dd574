-- Called by `case`. By the unique index on `case_id`.
-- ?1 case id
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
       incident_id, pending
from cases
where case_id = ?1
