-- Called by `Inspection::streams`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, first_position, stream, version, head, revision, wake_at
from streams
where rowid >= ?1
order by rowid
limit ?2
