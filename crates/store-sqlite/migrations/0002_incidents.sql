-- Incidents: their numbers, their view, and to which of them a case belongs.
-- Described column by column in docs/reference/database.md.

pragma user_version = 2;

alter table ledger add column next_incident_number integer not null default 1 check (next_incident_number >= 1);

create table incidents (
    incident_id text primary key,
    number integer not null unique,
    opened_at integer not null,
    cases integer not null check (cases >= 0),
    revision integer not null
) strict;

alter table cases add column incident_id text references incidents (incident_id);

drop trigger ledger_forward;
create trigger ledger_forward before update on ledger
when new.size < old.size
  or new.next_case_number < old.next_case_number
  or new.next_incident_number < old.next_incident_number
  or new.kind <> old.kind
  or new.created_at <> old.created_at
  or new.virtual_now < old.virtual_now
begin select raise(abort, 'the ledger never runs back'); end;
