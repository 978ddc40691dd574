-- Called by `clocks` for all cases and clocks that run, page by page along the index `clocks_running`.
-- The first condition alone seeks: of several values an index of an expression is not asked.
-- ?1 to ?3 due instant, case and duty of the last row seen; ?4 status or null, ?5 rows
select case_id, case_number, duty, obligation, recipient, due_at, status, provisional
from clocks
join cases on cases.number = case_number
where ifnull(due_at, 9223372036854775807) >= ?1
  and (ifnull(due_at, 9223372036854775807), case_number, duty)
    > (?1, ifnull((select number from cases where case_id = ?2), 0), ?3)
  and status in ('running', 'passed')
  and (?4 is null or status = ?4)
order by ifnull(due_at, 9223372036854775807), case_number, duty
limit ?5
