-- Called by `case_ids`. One search of the primary key for each; one row, as for a page of records.
-- ?1 JSON array of numbers
select json_group_array(case_id) as ids
from cases
where number in (select value from json_each(?1))
