-- Called by commits that change an incident's row.
-- ?1 JSON array of [incident_id, number, opened_at, cases, revision]
insert into incidents (incident_id, number, opened_at, cases, revision)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
from json_each(?1)
where true
on conflict (incident_id) do update set
    number = excluded.number,
    opened_at = excluded.opened_at,
    cases = excluded.cases,
    revision = excluded.revision
