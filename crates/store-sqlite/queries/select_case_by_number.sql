-- Called by `case`. By the unique index on `number`.
-- ?1 number
select case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at, revision,
       incident_id, pending
from cases
where number = ?1
