-- Called by `ledger_records`, page by page along the primary key.
-- ?1 first position, ?2 rows
-- The planner looks at a bare limit, and then plans anew with every call.
select position, stream, seq, header, hash
from events
where position >= ?1
order by position
limit ?2 + 0
