-- Called by commits that change a case's row.
-- ?1 JSON array of [case_id, number, workflow, workflow_version, workflow_digest in hex, state, phase, title,
--    opened_at, closed_at, revision, incident_id]
insert into cases (
    case_id, number, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at, revision,
    incident_id
)
select
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, unhex(value ->> 4), value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10, value ->> 11
from json_each(?1)
where true
on conflict (case_id) do update set
    number = excluded.number,
    workflow = excluded.workflow,
    workflow_version = excluded.workflow_version,
    workflow_digest = excluded.workflow_digest,
    state = excluded.state,
    phase = excluded.phase,
    title = excluded.title,
    opened_at = excluded.opened_at,
    closed_at = excluded.closed_at,
    revision = excluded.revision,
    incident_id = excluded.incident_id
