-- Called by `incidents`, page by page along the unique index on `number`.
-- ?1 the last number seen; ?2 rows
select incident_id, number, opened_at, cases
from incidents
where number > ?1
order by number
limit ?2
