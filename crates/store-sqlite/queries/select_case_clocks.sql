-- Called by `clocks` for one case. By primary key, sorting the case's few rows.
-- ?1 case id; ?2 to ?4 whether the last row seen had ended, its due instant (0 if it had) and its duty; ?5 status or null, ?6 1
-- for those alone that run, ?7 rows
select case_id, case_number, duty, obligation, recipient, due_at, status, provisional
from clocks
join cases on cases.number = case_number
where case_id = ?1
  and (status not in ('running', 'passed'), iif(status in ('running', 'passed'), ifnull(due_at, 9223372036854775807), 0), duty)
    > (?2, ?3, ?4)
  and (?5 is null or status = ?5)
  and (?6 = 0 or status in ('running', 'passed'))
order by status not in ('running', 'passed'), iif(status in ('running', 'passed'), ifnull(due_at, 9223372036854775807), 0), duty
limit ?7
