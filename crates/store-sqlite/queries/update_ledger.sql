-- Called by every commit that keeps a command.
-- ?1 size, ?2 next case number
update ledger set size = ?1, next_case_number = ?2
where id = 0
