-- Called by `clocks` for one case. By primary key, sorting the case's few rows.
-- ?1 to ?3 due instant, case and duty of the last row seen; ?4 status or null, ?5 rows, ?6 case id, ?7 1 for those alone that run
select case_id, duty, obligation, recipient, due_at, status, provisional
from clocks
join cases on cases.number = case_number
where case_id = ?6
  and (ifnull(due_at, 9223372036854775807), case_number, duty)
    > (?1, ifnull((select number from cases where case_id = ?2), 0), ?3)
  and (?4 is null or status = ?4)
  and (?7 = 0 or status in ('running', 'passed'))
order by ifnull(due_at, 9223372036854775807), case_number, duty
limit ?5
