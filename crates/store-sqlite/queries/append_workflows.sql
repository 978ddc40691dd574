-- Called by commits that publish workflows.
-- $1 bytes; $3 rows of digest, name, version, source, canonical form, of bytes and texts their places in the bytes
insert into workflows (digest, name, version, source, canonical)
select
    substr($1, value ->> 0, value ->> 1),
    cast(substr($1, value ->> 2, value ->> 3) as text),
    cast(substr($1, value ->> 4, value ->> 5) as text),
    cast(substr($1, value ->> 6, value ->> 7) as text),
    substr($1, value ->> 8, value ->> 9)
from jsonb_each($3)
