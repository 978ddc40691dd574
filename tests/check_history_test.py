"""Plants faults in small databases and sees that check_history.py finds each, at the right place.

The databases are made of the golden records and of records that are sealed here, with none of tsuho's code.
usage: python3 tests/check_history_test.py
"""
import contextlib
import hashlib
import io
import json
import pathlib
import re
import sqlite3
import tempfile
import unittest

import check_history

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = """
PRAGMA application_id = 0x74737568;
CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, seq INTEGER NOT NULL,
                     header BLOB NOT NULL, hash BLOB NOT NULL, UNIQUE (stream, seq));
CREATE TABLE parts (position INTEGER NOT NULL, class TEXT NOT NULL, salt BLOB NOT NULL, bytes BLOB NOT NULL,
                    PRIMARY KEY (position, class));
CREATE TABLE erasures (position INTEGER NOT NULL, class TEXT NOT NULL, PRIMARY KEY (position, class));
CREATE TABLE ledger (id INTEGER PRIMARY KEY CHECK (id = 0), size INTEGER NOT NULL);
CREATE TABLE blobs (digest BLOB NOT NULL, chunk INTEGER NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (digest, chunk));
CREATE TABLE streams (first_position INTEGER PRIMARY KEY, stream TEXT UNIQUE, version INTEGER NOT NULL, head BLOB NOT NULL);
CREATE TABLE cases (case_id TEXT PRIMARY KEY, state TEXT NOT NULL);
"""


def sha256(data):
    return hashlib.sha256(data).digest()


def dump(value):
    """Writes ASCII JSON as the canonical form does."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def commitment(name, salt, data):
    return sha256(b"tsuho/part/1\0" + name.encode() + b"\0" + salt + data).hex()


class History:
    """A history in lists, before it is written to a file; every record can be made with a fault in it."""

    def __init__(self):
        self.events, self.parts, self.erasures, self.streams, self.cases = [], [], [], {}, {}

    def add(self, stream, parts, header_bytes=None, **changes):
        """Seals a record at the end of a stream; `changes` replace keys of its header, `None` drops one."""
        position = len(self.events)
        first, seq, head = self.streams.get(stream, (position, 0, bytes(32)))
        salts = {name: sha256(f"{position} {name}".encode()) for name in parts}
        header = {
            "v": 0, "stream": stream, "seq": seq, "prev": head.hex(), "type": "NoteAdded", "type_v": 1,
            "recorded_at": f"2023-10-27T13:{position:02}:00.000000Z", "occurred_at": "2023-10-27T13:00:00.000000Z",
            "person": "person_1", "via": "os", "command": f"cmd_{position}", "semantics": 1,
            "parts": {name: commitment(name, salts[name], data) for name, data in parts.items()},
        }
        if stream != "system":
            header["system"] = self.streams["system"][2].hex()
            header["state"] = self.cases[stream.removeprefix("case/")] = "detected" if seq == 0 else "told"
        header = {key: value for key, value in {**header, **changes}.items() if value is not None}
        data = header_bytes(dump(header)) if header_bytes else dump(header)
        self.events.append([position, first, seq, data, sha256(b"\0" + data)])
        self.parts += [[position, name, salts[name], part] for name, part in parts.items()]
        self.streams[stream] = (first, seq + 1, sha256(b"\0" + data))

    def write(self, path, *statements):
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.executescript(SCHEMA)
            db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", self.events)
            db.executemany("INSERT INTO parts VALUES (?, ?, ?, ?)", self.parts)
            db.executemany("INSERT INTO erasures VALUES (?, ?)", self.erasures)
            db.executemany("INSERT INTO streams VALUES (?, ?, ?, ?)", [(first, name, *rest) for name, (first, *rest) in self.streams.items()])
            db.executemany("INSERT INTO cases VALUES (?, ?)", self.cases.items())
            db.execute("INSERT INTO ledger VALUES (0, ?)", [len(self.events)])
            for statement in statements:
                db.execute(statement)


def history(at=None, **record):
    """Makes six records in three streams; the one at position `at` is made differently, and so are all after it."""
    made = History()
    plan = [
        ("system", {}),
        ("case/1", {"operational": b'{"n":1}', "personal": b'"who"'}),
        ("case/2", {"operational": b"[]"}),
        ("case/1", {"operational": b"true", "personal": b'"who else"', "privileged": b"{}"}),
        ("case/1", {"operational": b"1"}),
        ("case/2", {}),
    ]
    for position, (stream, parts) in enumerate(plan):
        if position == at:
            arguments = {"stream": stream, "parts": parts, **record}
            made.add(**arguments)
        else:
            made.add(stream, parts)
    return made


def golden():
    """Makes the history of the golden records, which `crates/ledger` has sealed."""
    made = History()
    for position, name in enumerate(["system-0", "case-0", "case-1", "case-2"]):
        record = json.loads((ROOT / f"crates/ledger/tests/golden/{name}.json").read_text(encoding="utf-8"))
        header = json.loads(record["header"])
        stream, seq, digest = header["stream"], header["seq"], bytes.fromhex(record["hash"])
        first = made.streams.get(stream, (position,))[0]
        made.events.append([position, first, seq, record["header"].encode(), digest])
        for part in record["parts"]:
            made.parts.append([position, part["class"], bytes.fromhex(part["salt"]), part["bytes"].encode()])
        made.streams[stream] = (first, seq + 1, digest)
        if stream != "system":
            made.cases[stream.removeprefix("case/")] = header["state"]
    return made


# Statements that change a stored history, and the finding that has to come first.
STORED = [
    ("UPDATE events SET hash = zeroblob(32) WHERE position = 3", r"position 3 stream case/1 seq 1: hash "),
    ("UPDATE events SET stream = 0 WHERE position = 5", r"position 5 stream system seq 1: stream expected system, found case/2"),
    ("UPDATE events SET seq = 7 WHERE position = 5", r"position 5 stream case/2 seq 7: seq expected 1, found 7"),
    ("UPDATE events SET position = 9 WHERE position = 5", r"position 9 stream case/2 seq 1: position expected 5, found 9"),
    ("DELETE FROM events WHERE position = 3", r"position 4 stream case/1 seq 2: position expected 3, found 4"),
    ("DELETE FROM events WHERE position = 5", r"stream case/2: version and head "),
    ("DELETE FROM events WHERE position = 0", r"position 1 stream case/1 seq 0: position expected 0, found 1"),
    ("DELETE FROM parts WHERE position = 3 AND class = 'personal'", r"position 3 stream case/1 seq 1: parts expected "),
    ("DELETE FROM parts WHERE position = 4", r"position 4 stream case/1 seq 2: parts expected \['operational'\], found \[\]"),
    ("INSERT INTO parts VALUES (5, 'personal', zeroblob(32), '1')", r"position 5 stream case/2 seq 1: parts expected \[\], found \['personal'\]"),
    ("UPDATE parts SET position = 5 WHERE position = 4", r"position 4 stream case/1 seq 2: parts expected "),
    ("UPDATE parts SET class = 'privileged' WHERE position = 1 AND class = 'personal'", r"position 1 stream case/1 seq 0: parts expected "),
    ("UPDATE parts SET salt = zeroblob(32) WHERE position = 2", r"position 2 stream case/2 seq 0: parts.operational expected "),
    ("UPDATE parts SET bytes = CAST('[1]' AS BLOB) WHERE position = 2", r"position 2 stream case/2 seq 0: parts.operational expected "),
    ("UPDATE parts SET salt = substr(salt, 1, 31), bytes = CAST(substr(salt, 32) || bytes AS BLOB) WHERE position = 2",
     r"position 2 stream case/2 seq 0: parts.operational expected "),
    ("INSERT INTO erasures VALUES (1, 'personal')", r"erasures: position 1 personal is explained by no event"),
    ("INSERT INTO erasures VALUES (3, 'personal'); DELETE FROM parts WHERE position = 3 AND class = 'personal'",
     r"position 3 stream case/1 seq 1: parts expected \['operational', 'personal', 'privileged'\], found \['operational', 'privileged'\]"),
    ("INSERT INTO parts VALUES (9, 'personal', zeroblob(32), '1')", r"parts: position 9 personal is explained by no event"),
    ("UPDATE events SET stream = CAST(x'ff' AS TEXT) WHERE position = 5", r"position 5 stream  seq 1: stream expected "),
    ("UPDATE events SET stream = 99 WHERE position = 5", r"position 5 stream  seq 1: stream expected , found case/2"),
    ("UPDATE events SET stream = 99 WHERE stream = 2; UPDATE streams SET first_position = 99 WHERE first_position = 2",
     r"stream case/2: version and head are \('begins elsewhere, 2', "),
    ("UPDATE events SET stream = 3 WHERE stream = 1; UPDATE streams SET first_position = 3 WHERE first_position = 1",
     r"stream case/1: version and head are \('begins elsewhere, 3', "),
    ("UPDATE streams SET first_position = 9 WHERE stream = 'case/1'", r"position 1 stream  seq 0: stream expected , found case/1"),
    ("UPDATE events SET seq = 'one' WHERE position = 5", r"position 5 stream case/2 seq one: seq expected 1, found one"),
    ("UPDATE events SET seq = -1 WHERE position = 5", r"position 5 stream case/2 seq -1: seq expected 1, found -1"),
    ("UPDATE events SET header = x'' WHERE position = 5", r"position 5 stream case/2 seq 1: header Expecting value"),
    ("UPDATE events SET hash = x'' WHERE position = 5", r"position 5 stream case/2 seq 1: hash expected [0-9a-f]{64}, found $"),
    ("UPDATE parts SET class = 'secret' WHERE position = 4", r"position 4 stream case/1 seq 2: parts expected \['operational'\], found \['secret'\]"),
    ("UPDATE parts SET salt = x'00' WHERE position = 4", r"position 4 stream case/1 seq 2: parts.operational expected "),
    ("DROP TABLE events; CREATE TABLE events AS SELECT 0 position, NULL stream, NULL seq, NULL header, NULL hash",
     r"position 0 stream  seq None: header Expecting value"),
    ("INSERT INTO blobs VALUES (zeroblob(32), 0, 1, x'00')", r"file 0{64}: found 6e340b9cffb37a989ca544e6bb780a2c"),
    ("UPDATE streams SET version = 2 WHERE stream = 'case/1'", r"stream case/1: version and head "),
    ("UPDATE streams SET head = zeroblob(32) WHERE stream = 'case/1'", r"stream case/1: version and head "),
    ("DELETE FROM streams WHERE stream = 'case/1'", r"position 1 stream  seq 0: stream expected , found case/1"),
    ("INSERT INTO streams VALUES (9, 'case/9', 0, zeroblob(32))", r"stream case/9: version and head "),
    ("UPDATE cases SET state = 'detected' WHERE case_id = '1'", r"stream case/1 seq 2: cases.state expected told, found detected"),
    ("UPDATE cases SET state = 'tole' WHERE case_id = '2'", r"stream case/2 seq 1: cases.state expected told, found tole"),
    ("DELETE FROM cases WHERE case_id = '2'", r"stream case/2 seq 1: cases.state expected told, found None"),
    ("INSERT INTO cases VALUES ('9', 'told')", r"stream case/9 seq -1: cases.state expected no case, found told"),
    ("UPDATE ledger SET size = 5", r"ledger: size expected 6, found "),
    ("DELETE FROM ledger", r"ledger: size expected 6, found "),
]


def replace(old, new):
    def change(data):
        changed = data.replace(old, new, 1)
        assert changed != data, f"{old} is not in {data}"
        return changed
    return change


def part(data):
    return {"parts": {"operational": data}}


AT_3 = r"position 3 stream case/1 seq 1: "
NOT_CANONICAL = AT_3 + r"parts.operational is not written canonically"
# Records that were sealed wrongly from the start: hash and commitments fit, so only the rule itself can tell.
SEALED = [
    (part(b'{"a":1,"a":1}'), AT_3 + r"parts.operational holds a key twice"),
    (part(b"1.0"), AT_3 + r"parts.operational holds a null, a float"),
    (part(b"1e3"), AT_3 + r"parts.operational holds a null, a float"),
    (part(b"NaN"), AT_3 + r"parts.operational holds a null, a float"),
    (part(b'{"a":null}'), AT_3 + r"parts.operational holds a null"),
    (part(b"9007199254740992"), AT_3 + r"parts.operational holds a null, a float or an integer beyond"),
    (part(b"9" * 5000), AT_3 + r"parts.operational "),
    (part(b"-0"), NOT_CANONICAL),
    (part(b'{"a": 1}'), NOT_CANONICAL),
    (part(b"1\n"), NOT_CANONICAL),
    (part(b'{"b":1,"a":1}'), NOT_CANONICAL),
    (part('{"\uff21":1,"\U0001f600":1}'.encode()), NOT_CANONICAL),
    (part(b'"\\u0041"'), NOT_CANONICAL),
    (part(b'"\\u001F"'), NOT_CANONICAL),
    (part(b'"\\/"'), NOT_CANONICAL),
    (part(b'"\\ud800"'), NOT_CANONICAL),
    (part(b'"\xff"'), AT_3 + r"parts.operational 'utf-8' codec"),
    (part(b"01"), AT_3 + r"parts.operational Extra data"),
    (part(b""), AT_3 + r"parts.operational Expecting value"),
    (part("\ufeff1".encode()), AT_3 + r"parts.operational "),
    (part("\"e\u0301\"".encode()), AT_3 + r"parts.operational holds text that is not NFC"),
    (part(b"[" * 65 + b"]" * 65), AT_3 + r"parts.operational is nested deeper than 64"),
    (part(b"[" * 100_000 + b"]" * 100_000), AT_3 + r"parts.operational "),
    ({"header_bytes": replace(b'"seq":1', b'"seq":1.0')}, AT_3 + r"header holds a null, a float"),
    ({"header_bytes": replace(b'"seq":1', b'"seq":1,"seq":1')}, AT_3 + r"header holds a key twice"),
    ({"header_bytes": replace(b"{", b"{ ")}, AT_3 + r"header is not written canonically"),
    ({"header_bytes": lambda data: b"[" + data + b"]"}, AT_3 + r"header has other keys"),
    ({"extra": 1}, AT_3 + r"header has other keys"),
    ({"via": None}, AT_3 + r"header has other keys"),
    ({"role": "x" * 129}, AT_3 + r"role is malformed"),
    ({"role": "x y"}, AT_3 + r"role is malformed"),
    ({"v": 1}, AT_3 + r"v is malformed"),
    ({"v": False}, AT_3 + r"v is malformed"),
    ({"type_v": -1}, AT_3 + r"type_v is malformed"),
    ({"semantics": 2**32}, AT_3 + r"type_v or semantics is beyond"),
    ({"workflow": "AB" * 32}, AT_3 + r"workflow is malformed"),
    ({"header_bytes": replace(b'"operational"', b'"operations"')}, AT_3 + r"parts is malformed"),
    ({"occurred_at": "2023-10-27T13:00:00Z"}, AT_3 + r"occurred_at is malformed"),
    ({"occurred_at": "2023-02-29T13:00:00.000000Z"}, AT_3 + r"day is out of range"),
    ({"stream": "case/1", "seq": 2}, AT_3 + r"seq expected 1, found 2"),
    ({"prev": "00" * 32}, AT_3 + r"prev expected [0-9a-f]{64}, found 0{64}"),
    ({"recorded_at": "2023-10-27T13:00:59.999999Z"}, AT_3 + r"recorded_at expected 2023-10-27T13:01"),
    ({"system": "ab" * 32}, AT_3 + r"system known "),
    ({"system": None}, AT_3 + r"system known "),
]


class CheckHistory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "a #1?.db"

    def check(self, path=None):
        """Runs the checker and returns its exit code and lines."""
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = check_history.main(str(path or self.path))
        return code, output.getvalue().splitlines()

    def expect(self, finding):
        code, lines = self.check()
        self.path.unlink()
        self.assertEqual(code, 1, finding)
        self.assertRegex(lines[0], "^" + finding)
        self.assertRegex(lines[-1], r"^records \d+, parts \d+, streams \d+: \d+ findings$")
        return lines

    def test_a_sound_history_is_ok(self):
        history().write(self.path)
        self.assertEqual(self.check(), (0, ["records 6, parts 7, streams 3: ok"]))
        self.assertEqual([file.name for file in self.path.parent.iterdir()], [self.path.name])

    def test_the_golden_records_are_ok(self):
        golden().write(self.path)
        self.assertEqual(self.check(), (0, ["records 4, parts 5, streams 2: ok"]))

    def test_a_file_is_whole_or_was_never_written_to_its_end(self):
        history().write(self.path, "INSERT INTO blobs VALUES (x'" + sha256(b"one two").hex() + "', 0, 7, CAST('one ' AS BLOB))",
                        "INSERT INTO blobs VALUES (x'" + sha256(b"one two").hex() + "', 1, 7, CAST('two' AS BLOB))",
                        "INSERT INTO blobs VALUES (x'" + sha256(b"begun").hex() + "', 0, 5, CAST('be' AS BLOB))")
        self.assertEqual(self.check(), (0, ["records 6, parts 7, streams 3: ok"]))

    def test_an_operational_part_is_never_erased(self):
        history().write(self.path, "INSERT INTO erasures VALUES (4, 'operational')", "DELETE FROM parts WHERE position = 4")
        self.expect(r"position 4 stream case/1 seq 2: parts expected \['operational'\], found \[\]")

    def test_a_database_that_is_being_written_is_read(self):
        history().write(self.path)
        with contextlib.closing(sqlite3.connect(self.path)) as writer:
            writer.execute("PRAGMA journal_mode = WAL")
            writer.execute("UPDATE ledger SET size = 7")
            writer.commit()
            self.assertEqual(self.check()[1][0], "ledger: size expected 6, found [(7,)]")

    def test_one_fault_is_told_once(self):
        history().write(self.path, "DELETE FROM events WHERE position = 1", "DELETE FROM parts WHERE position = 1")
        lines = self.expect(r"position 2 stream case/2 seq 0: position expected 1, found 2")
        self.assertRegex(lines[1], r"^position 3 stream case/1 seq 1: seq expected 0, found 1")
        self.assertEqual(len(lines), 3)

    def test_the_state_of_a_case_whose_last_record_is_damaged_is_not_judged(self):
        history().write(self.path, "UPDATE events SET header = x'' WHERE position = 5")
        self.assertEqual(len(self.expect(r"position 5 stream case/2 seq 1: header ")), 2)

    def test_planted_changes_of_a_stored_history_are_found(self):
        caught = 0
        for statement, finding in STORED:
            with self.subTest(statement):
                history().write(self.path, *statement.split("; "))
                self.expect(finding)
                caught += 1
        print(f"changes of stored histories: planted {len(STORED)}, caught {caught}")

    def test_planted_faults_of_sealing_are_found(self):
        caught = 0
        for record, finding in SEALED:
            with self.subTest(record):
                history(at=3, **record).write(self.path)
                self.expect(finding)
                caught += 1
        print(f"records sealed wrongly: planted {len(SEALED)}, caught {caught}")

    def test_any_changed_byte_of_the_golden_records_is_found(self):
        planted = caught = 0
        sound = golden()
        tables = [(sound.events, 3), (sound.events, 4), (sound.parts, 2), (sound.parts, 3)]
        for row, column in [(row, column) for rows, column in tables for row in rows]:
            original = row[column]
            for at in range(len(original)):
                row[column] = original[:at] + bytes([original[at] ^ 1]) + original[at + 1:]
                with contextlib.closing(sqlite3.connect(":memory:")) as db:
                    db.executescript(SCHEMA)
                    db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", sound.events)
                    db.executemany("INSERT INTO parts VALUES (?, ?, ?, ?)", sound.parts)
                    db.executemany("INSERT INTO streams VALUES (?, ?, 1, '')", [(first, name) for name, (first, *_) in sound.streams.items()])
                    first = next(check_history.findings(db), "")
                planted += 1
                caught += first.startswith(f"position {row[0]} ")
            row[column] = original
        print(f"changed bytes: planted {planted}, caught {caught}")
        self.assertEqual(planted, caught)

    def test_two_records_that_changed_places_are_found_if_a_stream_or_a_link_to_system_tells(self):
        planted = caught = 0
        for one in range(6):
            for other in range(one):
                made = history()
                places = {one: other, other: one}
                for row in made.events + made.parts:
                    row[0] = places.get(row[0], row[0])
                # Each stream is known by where its first record went.
                begins = {row[1]: row[0] for row in made.events if row[2] == 0}
                for row in made.events:
                    row[1] = begins[row[1]]
                made.streams = {name: (begins[first], *rest) for name, (first, *rest) in made.streams.items()}
                made.write(self.path)
                code, _ = self.check()
                self.path.unlink()
                order = [(stream, seq) for _, stream, seq, _, _ in sorted(made.events)]
                if order[0] == (made.streams["system"][0], 0) and sorted(order) == sorted(order, key=lambda record: record[0]):
                    # Positions are not in the header: of two streams, only checkpoints can tell which went first.
                    self.assertEqual(code, 0)
                else:
                    planted, caught = planted + 1, caught + (code == 1)
        print(f"records that changed places: planted {planted}, caught {caught}")
        self.assertEqual((planted, caught), (12, 12))

    def test_the_schema_that_the_product_creates_is_the_one_that_is_read(self):
        migrations = sorted((ROOT / "crates/store-sqlite/migrations").glob("*.sql"))
        self.assertTrue(migrations)
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            for migration in migrations:
                db.executescript(migration.read_text(encoding="utf-8"))
        # Without a table or column it would be malformed; empty, it lacks the one row of `ledger`.
        self.assertEqual(self.check(), (1, ["ledger: size expected 0, found []", "records 0, parts 0, streams 0: 1 findings"]))

    def test_a_file_that_is_not_ours_is_malformed(self):
        self.path.write_bytes(b"SQLite format 3\0 and then something else")
        not_a_database = self.check()
        self.path.unlink()
        sqlite3.connect(self.path).execute("CREATE TABLE events (position)").connection.close()
        not_ours = self.check()
        self.path.unlink()
        history().write(self.path, "DROP TABLE erasures")
        no_table = self.check()
        self.path.write_bytes(self.path.read_bytes()[:-9000])
        truncated = self.check()
        missing = self.check(self.path.with_name("missing.db"))
        for code, lines in [not_a_database, not_ours, no_table, truncated, missing]:
            self.assertEqual((code, len(lines)), (8, 1), lines)

    def test_a_finding_cannot_steer_a_terminal(self):
        history().write(self.path, "UPDATE streams SET stream = char(27) || '[2J' WHERE stream = 'case/2'")
        self.expect(r"position 2 stream \?\[2J seq 0: stream ")

    def test_the_checker_is_short_and_uses_the_standard_library_alone(self):
        text = pathlib.Path(check_history.__file__).read_text(encoding="utf-8")
        self.assertLessEqual(text.count("\n"), 80)
        imported = {name.strip() for line in re.findall(r"^ *import (.*)$", text, re.M) for name in line.split(",")}
        self.assertLessEqual(imported, set(__import__("sys").stdlib_module_names))

    def test_the_python_of_the_reference_page_runs(self):
        page = (ROOT / "docs/reference/history-format.md").read_text(encoding="utf-8")
        code, = re.findall(r"```python\n(.*?)```", page, re.S)
        with contextlib.chdir(ROOT):
            exec(code, {})


if __name__ == "__main__":
    unittest.main()
