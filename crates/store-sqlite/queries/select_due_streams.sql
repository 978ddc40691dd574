-- Called by the wake-up loop. Walks the partial index `streams_wake` from its beginning, without sorting; a test
-- asserts the plan.
-- ?1 the instant, ?2 rows
select wake_at, stream
from streams
where wake_at <= ?1
order by wake_at, stream
limit ?2
