-- What a list of the clocks of very many cases asks for: those that run, by due instant, past all that have ended.
-- Described column by column in docs/reference/database.md.

pragma user_version = 6;

-- select_running_clocks.sql: the order of the listing, rows without a due instant last
create index clocks_running on clocks (ifnull(due_at, 9223372036854775807), case_id, duty)
where status in ('running', 'passed');
