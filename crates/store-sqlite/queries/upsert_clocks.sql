-- Called by commits: clocks that are new, or no longer what they were.
-- $4 bytes; $8 rows of case_id, duty, obligation, recipient, due_at, status, provisional, of bytes and texts their
--    places in the bytes
insert into clocks (case_number, duty, obligation, recipient, due_at, status, provisional)
select
    (select number from cases where case_id = cast(substr($4, value ->> 0, value ->> 1) as text)),
    cast(substr($4, value ->> 2, value ->> 3) as text),
    cast(substr($4, value ->> 4, value ->> 5) as text),
    cast(substr($4, value ->> 6, value ->> 7) as text),
    value ->> 8,
    cast(substr($4, value ->> 9, value ->> 10) as text),
    value ->> 11
from jsonb_each($8)
where true
on conflict (case_number, duty) do update set
    obligation = excluded.obligation,
    recipient = excluded.recipient,
    due_at = excluded.due_at,
    status = excluded.status,
    provisional = excluded.provisional
