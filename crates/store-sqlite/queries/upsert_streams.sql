-- Called by every commit that keeps a command: each touched stream once, as the last command left it.
-- $4 bytes; $5 rows of stream, version, head, revision, wake_at, of bytes and texts their places in the bytes
insert into streams (stream, version, head, revision, wake_at)
select
    cast(substr($4, value ->> 0, value ->> 1) as text),
    value ->> 2,
    substr($4, value ->> 3, value ->> 4),
    value ->> 5,
    value ->> 6
from json_each($5)
where true
on conflict (stream) do update set
    version = excluded.version,
    head = excluded.head,
    revision = excluded.revision,
    wake_at = excluded.wake_at
