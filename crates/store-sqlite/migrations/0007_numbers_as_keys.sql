-- Numbers instead of names as keys: of every index that a command touches at random a page is written, so that what stands
-- in them should be short. A stream is known by the position of its first event, a clock's case by its number.
-- Described column by column in docs/reference/database.md.
--
-- Run with foreign keys switched off, because tables are taken away to which others refer.

pragma user_version = 7;
-- Renaming a table leaves alone what refers to it by name: the table that comes in its place is meant.
pragma legacy_alter_table = on;

alter table streams rename to old_streams;
alter table events rename to old_events;
alter table cases rename to old_cases;
alter table clocks rename to old_clocks;

create table streams (
    first_position integer primary key,
    stream text not null unique,
    version integer not null check (version >= 1),
    head blob not null check (length(head) = 32),
    revision integer not null check (revision >= 0),
    wake_at integer
) strict;

insert into streams
select position, stream, version, head, revision, wake_at
from old_streams
join old_events using (stream)
where seq = 0;

create table events (
    position integer primary key,
    stream integer not null references streams (first_position),
    seq integer not null,
    header blob not null,
    hash blob not null check (length(hash) = 32),
    unique (stream, seq)
) strict;

insert into events
select position, first_position, seq, header, hash
from old_events
join streams using (stream)
order by position;

-- What people changed on a case is counted with its stream.
create table cases (
    number integer primary key,
    case_id text not null unique,
    workflow text not null,
    workflow_version text not null,
    workflow_digest blob not null check (length(workflow_digest) = 32),
    state text not null,
    phase text not null,
    title text not null,
    opened_at integer not null,
    closed_at integer,
    incident_id text references incidents (incident_id),
    pending integer check (pending >= 0)
) strict;

insert into cases
select number, case_id, workflow, workflow_version, workflow_digest, state, phase, title, opened_at, closed_at,
       incident_id, pending
from old_cases
order by number;

create table clocks (
    case_number integer not null references cases (number),
    duty text not null,
    obligation text not null,
    recipient text not null,
    due_at integer,
    status text not null,
    provisional integer not null check (provisional in (0, 1)),
    primary key (case_number, duty)
) strict;

insert into clocks
select number, duty, obligation, recipient, due_at, status, provisional
from old_clocks
join cases using (case_id)
order by number, duty;

-- Where rows contradict each other nothing is taken away: the upgrade fails, and the file is as it was.
create table upgrade (is_whole integer not null check (is_whole = 1)) strict;
insert into upgrade
select (select count(*) from streams) = (select count(*) from old_streams)
   and (select count(*) from events) = (select count(*) from old_events)
   and (select count(*) from cases) = (select count(*) from old_cases)
   and (select count(*) from clocks) = (select count(*) from old_clocks);
drop table upgrade;

drop table old_clocks;
drop table old_cases;
drop table old_events;
drop table old_streams;

pragma legacy_alter_table = off;

alter table incidents drop column revision;

-- A server of an earlier version reads no case any more; that its lease cannot be renewed ends it, so that it keeps no other
-- from its work.
alter table leases rename column until to ends_at;

-- select_due_streams.sql
create index streams_wake on streams (wake_at, first_position) where wake_at is not null;

-- select_waiting_cases.sql
create index cases_waiting on cases (number) where pending is not 0;

-- select_cases_in_state.sql
create index cases_state on cases (state, number);

-- select_open_cases.sql
create index cases_open on cases (number) where closed_at is null;

-- select_closed_cases.sql
create index cases_closed on cases (number) where closed_at is not null;

-- select_running_clocks.sql: the order of the listing, rows without a due instant last. Of those that have ended there is
-- none: their list is rare, and every command would write it.
create index clocks_running on clocks (ifnull(due_at, 9223372036854775807), case_number, duty)
where status in ('running', 'passed');

create trigger streams_keep before update on streams
when new.first_position <> old.first_position or new.stream <> old.stream
begin select raise(abort, 'a stream keeps its name and its first event'); end;
create trigger streams_stay before delete on streams
begin select raise(abort, 'streams are never deleted'); end;

create trigger events_follow before insert on events
when new.position <> (select coalesce(max(position) + 1, 0) from events)
  or new.seq <> (select coalesce(max(seq) + 1, 0) from events where stream = new.stream)
  or (new.seq = 0) <> (new.stream = new.position)
  or not exists (select 1 from streams where first_position = new.stream)
begin select raise(abort, 'events have neither gaps nor second versions'); end;
create trigger events_keep before update on events
begin select raise(abort, 'events are append-only'); end;
create trigger events_stay before delete on events
begin select raise(abort, 'events are append-only'); end;
