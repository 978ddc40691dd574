-- Called by `ledger_records`, page by page along the primary key, with one search of the primary key of streams for
-- each row. An event whose stream is not there is read without its name, rather than left out.
-- ?1 first position, ?2 rows
-- The planner looks at a bare limit, and then plans anew with every call.
select position, streams.stream as stream, seq, header, hash
from events
left join streams on first_position = events.stream
where position >= ?1
order by position
limit ?2 + 0
