-- Called by every commit that keeps a command: each touched stream once, as the last command left it.
-- ?1 JSON array of [stream, version, head in hex, revision, wake_at]
insert into streams (stream, version, head, revision, wake_at)
select value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4
from json_each(?1)
where true
on conflict (stream) do update set
    version = excluded.version,
    head = excluded.head,
    revision = excluded.revision,
    wake_at = excluded.wake_at
