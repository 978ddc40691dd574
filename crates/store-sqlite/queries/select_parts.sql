-- Called for every page of events, in the same read transaction. One search of the primary key for each position.
-- ?1 positions, as a JSON array
select position, class, salt, bytes
from parts
where position in (select value from json_each(?1))
order by position, class
