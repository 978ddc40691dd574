-- Called by every commit that keeps a command: each touched stream once, as the last command left it.
-- $4 bytes; $5 rows of first_position, stream, version, head, revision, wake_at, of bytes and texts their places in the bytes
insert into streams (first_position, stream, version, head, revision, wake_at)
select
    value ->> 0,
    cast(substr($4, value ->> 1, value ->> 2) as text),
    value ->> 3,
    substr($4, value ->> 4, value ->> 5),
    value ->> 6,
    value ->> 7
from jsonb_each($5)
where true
on conflict (first_position) do update set
    version = excluded.version,
    head = excluded.head,
    revision = excluded.revision,
    wake_at = excluded.wake_at
