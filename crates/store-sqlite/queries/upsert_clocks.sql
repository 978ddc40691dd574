-- Called by commits: clocks that are new, or no longer what they were.
-- $4 bytes; $8 rows of case_number, duty, obligation, recipient, due_at, status, provisional, of bytes and texts their
--    places in the bytes
insert into clocks (case_number, duty, obligation, recipient, due_at, status, provisional)
select
    value ->> 0,
    cast(substr($4, value ->> 1, value ->> 2) as text),
    cast(substr($4, value ->> 3, value ->> 4) as text),
    cast(substr($4, value ->> 5, value ->> 6) as text),
    value ->> 7,
    cast(substr($4, value ->> 8, value ->> 9) as text),
    value ->> 10
from jsonb_each($8)
where true
on conflict (case_number, duty) do update set
    obligation = excluded.obligation,
    recipient = excluded.recipient,
    due_at = excluded.due_at,
    status = excluded.status,
    provisional = excluded.provisional
