-- Streams as they were folded, so that reading one need not begin with its first event. No part of the history: every row
-- may be deleted at any time.
-- Described column by column in docs/reference/database.md.

pragma user_version = 4;

create table snapshots (
    stream text primary key,
    version integer not null check (version >= 1),
    head blob not null check (length(head) = 32),
    format text not null,
    digest blob not null check (length(digest) = 32),
    bytes blob not null
) strict;
