-- Called by `workflows`, page by page along the unique index (name, version).
-- ?1 and ?2 name and version of the last row seen; ?3 rows
select digest, name, version, source, canonical
from workflows
where (name, version) > (?1, ?2)
order by name, version
limit ?3
