-- Called by every commit that keeps a command.
-- ?1 size, ?2 next case number, ?3 next incident number
update ledger set size = ?1, next_case_number = ?2, next_incident_number = ?3
where id = 0
