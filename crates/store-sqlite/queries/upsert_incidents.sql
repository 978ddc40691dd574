-- Called by commits that change an incident's row.
-- $1 bytes; $2 rows of incident_id, number, opened_at, cases, of bytes and texts their places in the bytes
insert into incidents (incident_id, number, opened_at, cases)
select
    cast(substr($1, value ->> 0, value ->> 1) as text),
    value ->> 2,
    value ->> 3,
    value ->> 4
from jsonb_each($2)
where true
on conflict (incident_id) do update set
    number = excluded.number,
    opened_at = excluded.opened_at,
    cases = excluded.cases
