-- Called by `open`, and by every commit under the write lock, to find a ledger row that disagrees with the events. The
-- end of the primary key.
select coalesce(max(position) + 1, 0) as size
from events
