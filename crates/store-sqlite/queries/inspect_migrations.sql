-- Called by `Inspection::schema`, on the file and on a schema that the migrations make afresh. When a migration was
-- applied and how long it took is left aside.
select 'migration' as kind, cast(version as text) as name, description || ': ' || success || ' ' || hex(checksum) as text
from _sqlx_migrations
