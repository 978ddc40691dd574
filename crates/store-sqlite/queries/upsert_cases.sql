-- Called by commits that change a case's row; most commands leave it as it is, and then its page is not
-- written. Its number stays: naming it would have every index of it written again.
-- $4 bytes; $7 rows of number, case_id, workflow, workflow_version, workflow_digest, state, phase, title, opened_at,
--    closed_at, incident_id, pending, of bytes and texts their places in the bytes
insert into cases (
    number, case_id, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at, incident_id,
    pending
)
select
    value ->> 0,
    cast(substr($4, value ->> 1, value ->> 2) as text),
    cast(substr($4, value ->> 3, value ->> 4) as text),
    cast(substr($4, value ->> 5, value ->> 6) as text),
    substr($4, value ->> 7, value ->> 8),
    cast(substr($4, value ->> 9, value ->> 10) as text),
    cast(substr($4, value ->> 11, value ->> 12) as text),
    cast(substr($4, value ->> 13, value ->> 14) as text),
    value ->> 15,
    value ->> 16,
    cast(substr($4, value ->> 17, value ->> 18) as text),
    value ->> 19
from jsonb_each($7)
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
    incident_id = excluded.incident_id,
    pending = excluded.pending
where (workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at, incident_id, pending)
    is not (
        excluded.workflow, excluded.workflow_version, excluded.workflow_digest, excluded.state, excluded.phase,
        excluded.title, excluded.opened_at, excluded.closed_at, excluded.incident_id, excluded.pending
    )
