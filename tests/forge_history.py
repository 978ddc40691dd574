"""Forges the history in a tsuho SQLite file, the way somebody with the file and the format's description could.

Each forgery drops the triggers first. The sealed ones write every later hash anew, so that bytes and chain are whole
again and only the meaning is wrong. With Python's standard library and none of tsuho's code.
usage: python3 tests/forge_history.py FORGERY FILE.db
"""
import hashlib
import json
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
    db.execute("UPDATE streams SET version = version - 1 WHERE stream = ?", [stream])
    db.execute("UPDATE ledger SET size = size - 1")


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
        db.execute("UPDATE streams SET head = ? WHERE stream = ?", [head, stream])


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


FORGERIES = {function.__name__: function for function in (header, part_byte, state, due_date, dropped, guard)}


def main(forgery, path):
    db = sqlite3.connect(path)
    for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {trigger}")
    position = FORGERIES[forgery](db)
    db.commit()
    db.close()
    if position is not None:
        print(position)


if __name__ == "__main__":
    main(*sys.argv[1:])
