-- Called by commits whose command brings a snapshot along, once for each: one in many does. By primary key.
-- ?1 stream, ?2 version, ?3 head, ?4 format, ?5 digest, ?6 bytes
insert into snapshots (stream, version, head, format, digest, bytes)
values (?1, ?2, ?3, ?4, ?5, ?6)
on conflict (stream) do update set
    version = excluded.version,
    head = excluded.head,
    format = excluded.format,
    digest = excluded.digest,
    bytes = excluded.bytes
