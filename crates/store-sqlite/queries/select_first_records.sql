-- Called by `first_records`: the beginnings of many streams at once, each along the unique index (stream, seq). One row, as
-- for a page of one stream.
-- ?1 JSON array of stream names, ?2 how many records of each
select json_group_array(
    json_array(
        position, streams.stream, seq, hex(header), hex(hash),
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
from json_each(?1) as asked
cross join streams on streams.stream = asked.value
cross join events on events.stream = first_position and events.seq < ?2
