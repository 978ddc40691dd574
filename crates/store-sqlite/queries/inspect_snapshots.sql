-- Called by `Inspection::rows`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, stream, version, head, format, digest, bytes
from snapshots
where rowid >= ?1
order by rowid
limit ?2
