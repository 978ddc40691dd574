-- The ledger, its views, and the files and definitions that it refers to.
-- Times are INTEGER microseconds since 1970 in UTC; digests and hashes are BLOBs of 32 bytes.
-- Described column by column in docs/reference/database.md.

pragma application_id = 1953723752; -- 'tsuh'
pragma user_version = 1;

create table ledger (
    id integer primary key check (id = 0),
    size integer not null check (size >= 0),
    next_case_number integer not null check (next_case_number >= 1),
    kind text not null check (kind in ('real', 'drill')),
    virtual_now integer check ((virtual_now is not null) = (kind = 'drill')),
    created_at integer not null
) strict;

create table streams (
    stream text primary key,
    version integer not null check (version >= 1),
    head blob not null check (length(head) = 32),
    revision integer not null check (revision >= 0),
    wake_at integer
) strict;

-- select_due_streams.sql
create index streams_wake on streams (wake_at, stream) where wake_at is not null;

create table events (
    position integer primary key,
    stream text not null,
    seq integer not null,
    header blob not null,
    hash blob not null check (length(hash) = 32),
    unique (stream, seq)
) strict;

create table parts (
    position integer not null references events (position),
    class text not null check (class in ('operational', 'personal', 'privileged')),
    salt blob not null check (length(salt) = 32),
    bytes blob not null,
    primary key (position, class)
) strict;

create table erasures (
    position integer not null references events (position),
    class text not null check (class in ('operational', 'personal', 'privileged')),
    erased_by_position integer not null references events (position),
    primary key (position, class)
) strict;

create table requests (
    person text not null,
    key text not null,
    digest blob not null check (length(digest) = 32),
    command text not null,
    stream text not null,
    first_seq integer not null,
    last_seq integer not null check (last_seq >= first_seq),
    primary key (person, key)
) strict;

create table cases (
    case_id text primary key,
    number integer not null unique,
    workflow text not null,
    workflow_version text not null,
    workflow_digest blob not null check (length(workflow_digest) = 32),
    state text not null,
    phase text not null,
    title text not null,
    opened_at integer not null,
    closed_at integer,
    revision integer not null
) strict;

create table clocks (
    case_id text not null references cases (case_id),
    duty text not null,
    obligation text not null,
    recipient text not null,
    due_at integer,
    status text not null,
    provisional integer not null check (provisional in (0, 1)),
    primary key (case_id, duty)
) strict;

-- select_clocks.sql: the order of the listing, rows without a due instant last
create index clocks_due on clocks (ifnull(due_at, 9223372036854775807), case_id, duty);

create table blobs (
    digest blob not null check (length(digest) = 32),
    chunk integer not null check (chunk >= 0),
    size integer not null check (size >= 0),
    bytes blob not null,
    primary key (digest, chunk)
) strict;

create table workflows (
    digest blob primary key check (length(digest) = 32),
    name text not null,
    version text not null,
    source text not null,
    canonical blob not null,
    unique (name, version)
) strict;

create table calendars (
    digest blob primary key check (length(digest) = 32),
    name text not null,
    version text not null,
    source text not null,
    unique (name, version)
) strict;

-- Append-only, also for somebody who opens the file with another program, where foreign keys are not even looked at.
-- `insert or replace` deletes without asking a delete trigger, so that each table refuses the insertion of what is
-- there.

create trigger events_follow before insert on events
when new.position <> (select coalesce(max(position) + 1, 0) from events)
  or new.seq <> (select coalesce(max(seq) + 1, 0) from events where stream = new.stream)
begin select raise(abort, 'events have neither gaps nor second versions'); end;
create trigger events_keep before update on events
begin select raise(abort, 'events are append-only'); end;
create trigger events_stay before delete on events
begin select raise(abort, 'events are append-only'); end;

create trigger parts_once before insert on parts
when exists (select 1 from parts where position = new.position and class = new.class)
  or exists (select 1 from erasures where position = new.position and class = new.class)
  or not exists (select 1 from events where position = new.position)
begin select raise(abort, 'a part is written once, with its event'); end;
create trigger parts_keep before update on parts
begin select raise(abort, 'parts are never changed'); end;
create trigger parts_stay before delete on parts
when not exists (select 1 from erasures where position = old.position and class = old.class)
begin select raise(abort, 'a part is deleted only where an erasure names it'); end;

create trigger erasures_once before insert on erasures
when exists (select 1 from erasures where position = new.position and class = new.class)
  or not exists (select 1 from events where position = new.erased_by_position)
begin select raise(abort, 'erasures are append-only'); end;
create trigger erasures_keep before update on erasures
begin select raise(abort, 'erasures are append-only'); end;
create trigger erasures_stay before delete on erasures
begin select raise(abort, 'erasures are append-only'); end;

create trigger requests_once before insert on requests
when exists (select 1 from requests where person = new.person and key = new.key)
begin select raise(abort, 'requests are append-only'); end;
create trigger requests_keep before update on requests
begin select raise(abort, 'requests are append-only'); end;
create trigger requests_stay before delete on requests
begin select raise(abort, 'requests are append-only'); end;

create trigger blobs_once before insert on blobs
when exists (select 1 from blobs where digest = new.digest and chunk = new.chunk)
begin select raise(abort, 'blobs are append-only'); end;
create trigger blobs_keep before update on blobs
begin select raise(abort, 'blobs are append-only'); end;
create trigger blobs_stay before delete on blobs
begin select raise(abort, 'blobs are append-only'); end;

create trigger workflows_once before insert on workflows
when exists (select 1 from workflows where digest = new.digest or (name = new.name and version = new.version))
begin select raise(abort, 'workflows are append-only'); end;
create trigger workflows_keep before update on workflows
begin select raise(abort, 'workflows are append-only'); end;
create trigger workflows_stay before delete on workflows
begin select raise(abort, 'workflows are append-only'); end;

create trigger calendars_once before insert on calendars
when exists (select 1 from calendars where digest = new.digest or (name = new.name and version = new.version))
begin select raise(abort, 'calendars are append-only'); end;
create trigger calendars_keep before update on calendars
begin select raise(abort, 'calendars are append-only'); end;
create trigger calendars_stay before delete on calendars
begin select raise(abort, 'calendars are append-only'); end;

create trigger ledger_once before insert on ledger
when exists (select 1 from ledger)
begin select raise(abort, 'an installation has one ledger'); end;
create trigger ledger_forward before update on ledger
when new.size < old.size
  or new.next_case_number < old.next_case_number
  or new.kind <> old.kind
  or new.created_at <> old.created_at
  or new.virtual_now < old.virtual_now
begin select raise(abort, 'the ledger never runs back'); end;
create trigger ledger_stay before delete on ledger
begin select raise(abort, 'an installation has one ledger'); end;
