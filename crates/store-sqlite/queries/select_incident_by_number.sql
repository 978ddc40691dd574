-- Called by `incident`. By the unique index on `number`.
-- ?1 number
select incident_id, number, opened_at, cases
from incidents
where number = ?1
