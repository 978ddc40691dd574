-- Called by `ledger`, and before a drill's time moves. One row, by primary key.
select size, next_case_number, next_incident_number, kind, virtual_now, created_at
from ledger
where id = 0
