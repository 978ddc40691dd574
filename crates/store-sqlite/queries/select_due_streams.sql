-- Called by the wake-up loop, page by page. Walks the partial index `streams_wake`, without sorting; a test asserts the
-- plan.
-- ?1 the instant, ?2 and ?3 the instant and the name of the last stream seen, or the earliest and the empty text; ?4 rows
-- The planner looks at a bare limit, and then plans anew with every call.
select wake_at, stream
from streams
where wake_at <= ?1
  and (wake_at, stream) > (?2, ?3)
order by wake_at, stream
limit ?4 + 0
