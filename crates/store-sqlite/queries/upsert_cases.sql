-- Called by commits that change a case's row. Its number stays: naming it would have every index of it written again.
-- $4 bytes; $7 rows of case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at,
--    closed_at, revision, incident_id, pending, of bytes and texts their places in the bytes
insert into cases (
    case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at, revision,
    incident_id, pending
)
select
    cast(substr($4, value ->> 0, value ->> 1) as text),
    value ->> 2,
    cast(substr($4, value ->> 3, value ->> 4) as text),
    cast(substr($4, value ->> 5, value ->> 6) as text),
    substr($4, value ->> 7, value ->> 8),
    cast(substr($4, value ->> 9, value ->> 10) as text),
    cast(substr($4, value ->> 11, value ->> 12) as text),
    cast(substr($4, value ->> 13, value ->> 14) as text),
    value ->> 15,
    value ->> 16,
    value ->> 17,
    cast(substr($4, value ->> 18, value ->> 19) as text),
    value ->> 20
from json_each($7)
where true
on conflict (case_id) do update set
    workflow = excluded.workflow,
    workflow_version = excluded.workflow_version,
    workflow_digest = excluded.workflow_digest,
    state = excluded.state,
    phase = excluded.phase,
    title = excluded.title,
    opened_at = excluded.opened_at,
    closed_at = excluded.closed_at,
    revision = excluded.revision,
    incident_id = excluded.incident_id,
    pending = excluded.pending
