-- Called by `Inspection::requests`: every row in the order of its number, whatever its cells say. A walk of the table.
-- ?1 first number, ?2 rows
select rowid as row_number, person, key, digest, command, stream, first_seq, last_seq
from requests
where rowid >= ?1
order by rowid
limit ?2
