-- Called by `clocks` for all cases, behind the last that runs: clocks that have ended, page by page along the primary key. Those
-- that run are passed over; an index of the others would be written with every command, and they are asked for rarely.
-- ?2 and ?3 case and duty of the last row seen, ?1 is not used; ?4 status or null, ?5 rows
select case_id, case_number, duty, obligation, recipient, due_at, status, provisional
from clocks
cross join cases on cases.number = case_number
where (case_number, duty) > (ifnull((select number from cases where case_id = ?2), 0), ?3)
  and status not in ('running', 'passed')
  and (?4 is null or status = ?4)
order by case_number, duty
limit ?5
