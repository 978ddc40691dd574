-- Called by every commit that keeps a command.
-- $12 size, $13 next case number, $14 next incident number
update ledger set size = $12, next_case_number = $13, next_incident_number = $14
where id = 0
