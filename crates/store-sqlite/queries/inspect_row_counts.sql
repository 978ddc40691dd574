-- Called by `Inspection::conditions`: how many records there should be by the ledger, and how many rows of the lists beside
-- them. A walk of the tables.
select 'ledger' as aspect, 'ledger' as name, 1 as expected, (select count(*) from ledger) as found
union all
select 'ledger', 'events', (select size from ledger where id = 0), (select count(*) from events)
union all
select 'ledger', 'events.position', (select size from ledger where id = 0),
       (select coalesce(max(position) + 1, 0) from events)
union all
select 'ledger', 'parts', (select size from ledger where id = 0),
       (select count(distinct position) from (select position from parts union all select position from erasures))
union all
select 'rows', 'streams', (select count(distinct stream) from events), (select count(*) from streams)
union all
select 'rows', 'streams.first_position', (select count(*) from streams),
       (select count(*) from streams join events on position = first_position and events.stream = position and seq = 0)
union all
select 'rows', 'streams.version', (select size from ledger where id = 0), (select coalesce(sum(version), 0) from streams)
union all
select 'rows', 'cases', (select count(*) from streams where stream glob 'case/*'), (select count(*) from cases)
union all
select 'rows', 'cases.number', (select next_case_number - 1 from ledger where id = 0),
       (select coalesce(max(number), 0) from cases)
union all
select 'rows', 'incidents', (select count(*) from streams where stream glob 'incident/*'),
       (select count(*) from incidents)
union all
select 'rows', 'incidents.number', (select next_incident_number - 1 from ledger where id = 0),
       (select coalesce(max(number), 0) from incidents)
