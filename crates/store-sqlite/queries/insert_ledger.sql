-- Called once, by `create`.
-- ?1 kind, ?2 virtual present, ?3 created at
insert into ledger (id, size, next_case_number, kind, virtual_now, created_at)
values (0, 0, 1, ?1, ?2, ?3)
