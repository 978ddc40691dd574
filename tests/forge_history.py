"""Forges the history in a tsuho SQLite file, the way somebody with the file and the format's description could.

Each forgery drops the triggers first and puts them back afterwards, so that only what it changed can tell. The sealed
ones write every later hash anew, so that bytes and chain are whole again and only the meaning is wrong. With Python's
standard library and none of tsuho's code.
usage: python3 tests/forge_history.py FORGERY FILE.db
       python3 tests/forge_history.py sql FILE.db STATEMENTS        runs SQL, with triggers and checks out of the way
       python3 tests/forge_history.py schema FILE.db STATEMENTS     runs SQL as it is
       python3 tests/forge_history.py cell FILE.db TABLE COLUMN N   changes one cell of a row, both drawn from seed N
       python3 tests/forge_history.py columns FILE.db               lists every column of every table
"""
import contextlib
import hashlib
import json
import random
import sqlite3
import sys


def canonical(value):
    """Writes canonical JSON; every key of the format is ASCII, so that their order is that of their bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data):
    return hashlib.sha256(data).digest()


def find(db, kind, which=0):
    """Returns the position of a record of a type."""
    rows = db.execute("SELECT position, header FROM events ORDER BY position")
    return [position for position, header in rows if json.loads(header)["type"] == kind][which]


def part(db, position):
    """Returns the operational part of a record."""
    query = "SELECT bytes FROM parts WHERE position = ? AND class = 'operational'"
    return json.loads(db.execute(query, [position]).fetchone()[0])


def put(db, position, value):
    db.execute("UPDATE parts SET bytes = ? WHERE position = ? AND class = 'operational'", [canonical(value), position])


def drop(db, position):
    """Takes a record out; those behind it move up."""
    stream, seq = db.execute("SELECT stream, seq FROM events WHERE position = ?", [position]).fetchone()
    db.execute("DELETE FROM parts WHERE position = ?", [position])
    db.execute("DELETE FROM events WHERE position = ?", [position])
    for (later,) in db.execute("SELECT position FROM events WHERE position > ? ORDER BY 1", [position]).fetchall():
        for table in "events", "parts":
            db.execute(f"UPDATE {table} SET position = position - 1 WHERE position = ?", [later])
    for (later,) in db.execute("SELECT seq FROM events WHERE stream = ? AND seq > ? ORDER BY 1", [stream, seq]).fetchall():
        db.execute("UPDATE events SET seq = seq - 1 WHERE stream = ? AND seq = ?", [stream, later])
    db.execute("UPDATE streams SET version = version - 1 WHERE first_position = ?", [stream])
    db.execute("UPDATE ledger SET size = size - 1")
    # What a stream is known by moves up with its first record; below zero first, where no other has its place.
    for first, now in db.execute("SELECT stream, min(position) FROM events GROUP BY stream").fetchall():
        db.execute("UPDATE events SET stream = ? WHERE stream = ?", [-now - 1, first])
        db.execute("UPDATE streams SET first_position = ? WHERE first_position = ?", [-now - 1, first])
    db.execute("UPDATE events SET stream = -stream - 1 WHERE stream < 0")
    db.execute("UPDATE streams SET first_position = -first_position - 1 WHERE first_position < 0")


def seal(db):
    """Writes commitments, links and hashes of the whole ledger anew."""
    heads, renamed = {}, {}
    rows = db.execute("SELECT position, stream, seq, header, hash FROM events ORDER BY position").fetchall()
    for position, stream, seq, header, old in rows:
        header = json.loads(header)
        header["seq"], header["prev"] = seq, heads.get(stream, bytes(32)).hex()
        if "system" in header:
            header["system"] = renamed.get(header["system"], header["system"])
        for name, salt, data in db.execute("SELECT class, salt, bytes FROM parts WHERE position = ?", [position]).fetchall():
            header["parts"][name] = sha256(b"tsuho/part/1\0" + name.encode() + b"\0" + salt + data).hex()
        data = canonical(header)
        heads[stream] = sha256(b"\0" + data)
        renamed[old.hex()] = heads[stream].hex()
        db.execute("UPDATE events SET header = ?, hash = ? WHERE position = ?", [data, heads[stream], position])
    for stream, head in heads.items():
        db.execute("UPDATE streams SET head = ? WHERE first_position = ?", [head, stream])


def header(db):
    """One byte of a header: the minute at which a filing was put on record."""
    position = find(db, "FilingMade")
    data = bytearray(db.execute("SELECT header FROM events WHERE position = ?", [position]).fetchone()[0])
    at = data.index(b'"recorded_at":"') + len(b'"recorded_at":"2023-10-27T13:4')
    data[at] ^= 1
    db.execute("UPDATE events SET header = ? WHERE position = ?", [bytes(data), position])
    return position


def part_byte(db):
    """One byte of a part: a digit of the number of users."""
    position = find(db, "FactsRecorded", -3)
    query = "SELECT bytes FROM parts WHERE position = ? AND class = 'operational'"
    data = bytearray(db.execute(query, [position]).fetchone()[0])
    data[data.index(b'"integer":') + len(b'"integer":')] ^= 1
    db.execute("UPDATE parts SET bytes = ? WHERE position = ? AND class = 'operational'", [bytes(data), position])
    return position


def state(db):
    """One byte of the state that lists show."""
    db.execute("UPDATE cases SET state = 'preventinh' WHERE number = 1")


def due_date(db):
    """One due date a day later, in a history that is sealed anew."""
    position = find(db, "ClockStarted", 1)
    value = part(db, position)
    due = value["face"]["readings"][0]["due"]
    value["face"]["readings"][0]["due"] = due.replace("-27T", "-28T")
    assert value["face"]["readings"][0]["due"] != due
    put(db, position, value)
    seal(db)
    return position


def dropped(db):
    """One event less, in a history that is sealed anew."""
    position = find(db, "ReminderDue", 2)
    drop(db, position)
    seal(db)
    return position


def guard(db):
    """One guard the other way round, in the stored workflow and in the record of its publication, sealed anew."""
    position = find(db, "WorkflowPublished")
    value = part(db, position)
    digest = bytes.fromhex(value["digest"])
    source = db.execute("SELECT source FROM workflows WHERE digest = ?", [digest]).fetchone()[0]
    forged = source.replace("when: applies == false", "when: applies == true")
    assert forged != source
    db.execute("UPDATE workflows SET source = ? WHERE digest = ?", [forged, digest])
    value["source"] = sha256(forged.encode()).hex()
    put(db, position, value)
    seal(db)
    return position


def cell(db, table, column, seed):
    """Another value of the same kind in one cell; says which row and what it was, or nothing if the table is empty."""
    draws = random.Random(f"{table} {column} {seed}")
    rows = [row for (row,) in db.execute(f"SELECT rowid FROM {table} ORDER BY 1")]
    if not rows:
        return "no rows"
    row = draws.choice(rows)
    (value,) = db.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", [row]).fetchone()
    others = {
        int: lambda: value + draws.choice([-1, 1, 1000, 10**15]),
        str: lambda: draws.choice(["", value + "x", value[:-1], value.swapcase(), "x"]),
        bytes: lambda: draws.choice([b"", value + b"x", value[:-1], bytes(len(value)), b"x"]),
        type(None): lambda: draws.choice([0, 1, 10**15]),
    }
    for _ in range(100):
        if (other := others[type(value)]()) != value:
            # A value that another row has already is refused by an index, also without triggers and checks.
            with contextlib.suppress(sqlite3.IntegrityError):
                db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [other, row])
                break
    # The number of a row is the column itself in two of the tables.
    assert db.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", [row]).fetchone() != (value,)
    return f"{table}.{column} of row {row}: {value!r} became {other!r}"[:300]


def tables(db):
    """Every column of every table, but those of the migrations."""
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")]
    return [f"{name} {row[1]}" for name in names for row in db.execute(f"PRAGMA table_info({name})")]


FORGERIES = {function.__name__: function for function in (header, part_byte, state, due_date, dropped, guard)}


def main(forgery, path, *arguments):
    db = sqlite3.connect(path)
    if forgery == "columns":
        return print("\n".join(tables(db)))
    if forgery == "schema":
        return db.executescript(*arguments) and None
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("PRAGMA ignore_check_constraints = ON")
    if forgery == "sql":
        position = db.executescript(*arguments) and None
    elif forgery == "cell":
        position = cell(db, *arguments)
    else:
        position = FORGERIES[forgery](db)
    # A trigger of a table that was dropped is gone with it, and so are those that the statements made themselves.
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    for name, sql in triggers:
        if name not in there and sql.split(" on ")[1].split()[0] in there:
            db.execute(sql)
    db.commit()
    db.close()
    if position is not None:
        print(position)


if __name__ == "__main__":
    main(*sys.argv[1:])
