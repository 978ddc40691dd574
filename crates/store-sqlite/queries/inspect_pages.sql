-- Called by `Inspection::damage`: SQLite's own check of pages, indexes and constraints. Reads the whole file.
pragma integrity_check
