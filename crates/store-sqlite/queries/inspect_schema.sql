-- Called by `Inspection::schema`, on the file and on a schema that the migrations make afresh.
select type as kind, name, tbl_name || coalesce(': ' || sql, '') as text, rootpage
from sqlite_schema
