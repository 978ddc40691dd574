-- Called by commits that replace the clocks of cases.
-- ?1 JSON array of [case_id, duty, obligation, recipient, due_at, status, provisional]
insert into clocks (case_id, duty, obligation, recipient, due_at, status, provisional)
select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
from json_each(?1)
