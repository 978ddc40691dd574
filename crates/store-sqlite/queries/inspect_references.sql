-- Called by `Inspection::conditions` and for a fresh copy: rows that refer to a row that is not there. A walk of the tables
-- that refer to another.
-- ?1 rows
select "table", coalesce(rowid, 0) as row_number, parent
from pragma_foreign_key_check
limit ?1
