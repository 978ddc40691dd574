-- Called by `Inspection::chunks`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, digest, chunk, size, length(bytes) as length
from blobs
where rowid >= ?1
order by rowid
limit ?2
