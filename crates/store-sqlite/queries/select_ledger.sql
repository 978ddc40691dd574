-- Called by every commit under the write lock, and by `ledger`. One row, by primary key.
select size, next_case_number, next_incident_number, kind, virtual_now, created_at
from ledger
where id = 0
