-- Called by `open`, to find a ledger row that disagrees with the events. The
-- end of the primary key.
select coalesce(max(position) + 1, 0) as events
from events
