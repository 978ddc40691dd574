-- Called by the wake-up loop, page by page. Walks the partial index `streams_wake`, without sorting; a test asserts the
-- plan. What is due at the same moment comes in the order of first events.
-- ?1 the instant, ?2 and ?3 the instant and the name of the last stream seen, or the earliest and the empty text; ?4 rows
-- The planner looks at a bare limit, and then plans anew with every call.
select wake_at, stream
from streams
where wake_at <= ?1
  and (wake_at, first_position) > (?2, ifnull((select first_position from streams where stream = ?3), -1))
order by wake_at, first_position
limit ?4 + 0
