-- Called by `settings`: what SQLite itself says of the settings with which the program writes.
select (select journal_mode from pragma_journal_mode) as journal_mode,
       (select synchronous from pragma_synchronous) as synchronous,
       (select secure_delete from pragma_secure_delete) as secure_delete,
       (select foreign_keys from pragma_foreign_keys) as foreign_keys,
       (select trusted_schema from pragma_trusted_schema) as trusted_schema,
       (select encoding from pragma_encoding) as encoding,
       (select auto_vacuum from pragma_auto_vacuum) as auto_vacuum
