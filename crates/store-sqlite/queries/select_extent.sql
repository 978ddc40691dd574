-- Called by `Inspection::extent` and for a copy beside its original: how far the ledger goes, and how many rows there are
-- of what is never taken away. Only tables that every version has had.
select ledger.kind, ledger.size,
       (select count(*) from events) as events,
       (select count(*) from parts) as parts,
       (select count(*) from erasures) as erasures,
       (select count(*) from streams) as streams,
       (select count(*) from requests) as requests,
       (select count(*) from cases) as cases,
       (select count(*) from blobs) as blobs,
       (select count(*) from workflows) as workflows,
       (select count(*) from calendars) as calendars
from ledger
where id = 0
