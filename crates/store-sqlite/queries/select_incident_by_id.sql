-- Called by `incident`. By primary key.
-- ?1 id
select incident_id, number, opened_at, cases
from incidents
where incident_id = ?1
