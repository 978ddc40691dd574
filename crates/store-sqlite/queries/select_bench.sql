-- Called by every commit under the write lock: all that a batch is judged by, in one row, because every row and every
-- statement is a message to another thread. Searches of primary keys and unique indexes alone.
-- ?1 JSON array of stream names; ?2 of [person, key]; ?3 of [name, version, digest in hex] of workflows; ?4 of calendars
select
    size, next_case_number, next_incident_number, kind, virtual_now, created_at,
    (select coalesce(max(position) + 1, 0) from events) as events,
    (
        select json_group_array(json_array(stream, first_position, version, hex(head), revision, wake_at))
        from streams
        where stream in (select value from json_each(?1))
    ) as streams,
    (
        select json_group_array(json_array(person, requests.key, hex(digest), command, stream, first_seq, last_seq))
        from json_each(?2) as asked
        cross join requests on requests.person = asked.value ->> 0 and requests.key = asked.value ->> 1
    ) as requests,
    (
        select json_group_array(json_array(name, version, hex(digest)))
        from json_each(?3)
        cross join workflows on (name = value ->> 0 and version = value ->> 1) or digest = unhex(value ->> 2)
    ) as workflows,
    (
        select json_group_array(json_array(name, version, hex(digest)))
        from json_each(?4)
        cross join calendars on (name = value ->> 0 and version = value ->> 1) or digest = unhex(value ->> 2)
    ) as calendars
from ledger
where id = 0
