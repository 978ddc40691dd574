-- Called by every commit that keeps a command.
-- $9 size, $10 next case number, $11 next incident number
update ledger set size = $9, next_case_number = $10, next_incident_number = $11
where id = 0
