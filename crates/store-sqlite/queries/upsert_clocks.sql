-- Called by commits: clocks that are new, or no longer what they were.
-- ?1 JSON array of [case_id, duty, obligation, recipient, due_at, status, provisional]
insert into clocks (case_id, duty, obligation, recipient, due_at, status, provisional)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
from json_each(?1)
where true
on conflict (case_id, duty) do update set
    obligation = excluded.obligation,
    recipient = excluded.recipient,
    due_at = excluded.due_at,
    status = excluded.status,
    provisional = excluded.provisional
