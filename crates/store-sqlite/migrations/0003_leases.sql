-- Which process does what only one should do. No part of the history: every row may be deleted at any time.
-- Described column by column in docs/reference/database.md.

pragma user_version = 3;

create table leases (
    name text primary key,
    holder text,
    epoch integer not null check (epoch >= 1),
    until integer not null
) strict;
