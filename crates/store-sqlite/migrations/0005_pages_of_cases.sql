-- What a list of very many cases asks for: what waits for consent, and each kind of case by number.
-- Described column by column in docs/reference/database.md.

pragma user_version = 5;

-- Not known of the cases that are there: the next command on each writes it.
alter table cases add column pending integer check (pending >= 0);

-- select_waiting_cases.sql
create index cases_waiting on cases (number) where pending is not 0;

-- select_cases_in_state.sql
create index cases_state on cases (state, number);

-- select_open_cases.sql
create index cases_open on cases (number) where closed_at is null;

-- select_closed_cases.sql
create index cases_closed on cases (number) where closed_at is not null;
