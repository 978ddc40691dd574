-- Called by commits that replace the clocks of cases, before `append_clocks`.
-- ?1 case ids, as a JSON array
delete from clocks
where case_id in (select value from json_each(?1))
