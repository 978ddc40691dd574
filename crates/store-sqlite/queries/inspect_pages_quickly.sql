-- Called by `Inspection::damage_at_a_glance`: SQLite's own check of pages and constraints, without holding each index
-- against its table. Reads the whole file.
pragma quick_check
