-- Called by `stream_records`, page by page along the unique index (stream, seq). One row for the page, because every row
-- and every statement is a message to another thread; whoever reads it puts it in order.
-- ?1 stream, ?2 first seq, ?3 rows
-- The planner looks at a bare limit, and then plans anew with every call.
select json_group_array(
    json_array(
        position, ?1, seq, hex(header), hex(hash),
        (
            select json_group_array(json_array(class, hex(salt), hex(bytes)))
            from parts
            where parts.position = events.position
        ),
        (
            select json_group_array(json_array(class, erased_by_position))
            from erasures
            where erasures.position = events.position
        )
    )
) as page
from (
    select position, seq, header, hash
    from events
    where stream = (select first_position from streams where streams.stream = ?1) and seq >= ?2
    order by seq
    limit ?3 + 0
) as events
