"""Checks the history in a tsuho SQLite file, with Python's standard library and none of tsuho's code.
The format is described in docs/reference/history-format.md. What the events mean is not checked here.
usage: python3 tests/check_history.py FILE.db   exit: 0 ok, 1 findings, 2 usage, 8 not a sound tsuho file"""
import datetime, hashlib, json, pathlib, re, sqlite3, sys, unicodedata
BYTES, STREAM, HEX, LABEL, NUMBER = "CAST(coalesce(%s, '') AS BLOB)", "stream %s: version and head are %s", '"[0-9a-f]{64}"', r'"[!#-\[\]-~]{1,128}"', "[0-9]{1,16}"
NAME, TIME = "(SELECT streams.stream FROM streams WHERE first_position = events.stream)", '"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3])(:[0-5][0-9]){2}[.][0-9]{6}Z"'
HEADER = {"v": "0", "stream": LABEL, "seq": NUMBER, "prev": HEX, "system": HEX, "type": LABEL, "type_v": NUMBER, "via": LABEL,
          "recorded_at": TIME, "occurred_at": TIME, "person": LABEL, "role": LABEL, "command": LABEL, "semantics": NUMBER,
          "workflow": HEX, "state": LABEL, "parts": f'{{(,?"(operational|personal|privileged)":{HEX})*}}'}
def utf16(text): return text.encode("utf-16-be", "surrogatepass")
def require(holds, complaint):
    if not holds: raise ValueError(complaint)

def write(value, depth=0):  # returns the one canonical text of a value
    require(depth < 64 or not isinstance(value, (list, dict)), "is nested deeper than 64")
    if isinstance(value, list): return "[" + ",".join(write(item, depth + 1) for item in value) + "]"
    if isinstance(value, dict): return "{" + ",".join(write(key) + ":" + write(value[key], depth + 1) for key in sorted(value, key=utf16)) + "}"
    if isinstance(value, str): require(unicodedata.is_normalized("NFC", value), "holds text that is not NFC")
    else: require(isinstance(value, int) and abs(value) < 2**53, "holds a null, a float or an integer beyond 2^53 - 1")
    return json.dumps(value, ensure_ascii=False)

def canonical(field, data):  # returns the value of canonical bytes
    def distinct(pairs): return require(len(dict(pairs)) == len(pairs), "holds a key twice") or dict(pairs)
    try:
        value = json.loads(data.decode(), object_pairs_hook=distinct)
        return require(write(value).encode(errors="replace") == data and len(data) <= 2**24, "is not written canonically") or value
    except (ValueError, RecursionError) as error: raise ValueError(f"{field} {error}") from None

def check_record(row, due, length, head, earlier, systems, parts):  # returns recorded_at and state, or raises the first thing wrong
    (position, stream, seq, data, digest), header = row, canonical("header", row[3])
    keys_fit = isinstance(header, dict) and header.keys() ^ HEADER.keys() <= {"system", "role", "workflow", "state"}
    require(keys_fit and len(data) < 2048, "header has other keys than the format, or 2048 bytes")
    for key in sorted(header): require(re.fullmatch(HEADER[key], write(header[key])), f"{key} is malformed")
    require(max(header["type_v"], header["semantics"]) < 2**32, "type_v or semantics is beyond 2^32")
    for key in "occurred_at", "recorded_at": datetime.date.fromisoformat(header[key][:10])
    for field, expected, found in [("hash", hashlib.sha256(b"\0" + data).hexdigest(), digest), ("position", due, position), ("stream", stream, header["stream"]),
            ("seq", length, seq), ("seq", length, header["seq"]), ("prev", head, header["prev"]), ("recorded_at", max(earlier, header["recorded_at"]), header["recorded_at"]),
            ("parts", sorted(header["parts"]), [name for name, _, _ in parts]), ("system known", True, header.get("system") in ({None} if stream == "system" else systems))]:
        require(expected == found, f"{field} expected {expected}, found {found}")
    for name, salt, data in parts:
        found = hashlib.sha256(b"tsuho/part/1\0" + name.encode() + b"\0" + salt + data).hexdigest()
        require(found == header["parts"][name] and len(salt) == 32, f"parts.{name} expected {header['parts'][name]}, found {found}")
        canonical(f"parts.{name}", data)
    return header["recorded_at"], header.get("state")

def findings(db):  # yields the first thing wrong with each record, then with what stands beside the records
    chains, systems, due = {}, set(), 0
    for row in db.execute(f"SELECT position, coalesce({NAME}, ''), seq, {BYTES % 'header'}, lower(hex(hash)) FROM events ORDER BY 1"):
        (position, stream, seq, _, digest), (length, head, earlier, _), state = row, chains.get(row[1], (0, "0" * 64, "", None)), None
        parts = db.execute(f"SELECT class, {BYTES % 'salt'}, {BYTES % 'bytes'} FROM parts WHERE position = ? ORDER BY 1", [position]).fetchall()
        try: earlier, state = check_record(row, due, length, head, earlier, systems, parts)
        except ValueError as error: yield f"position {position} stream {stream} seq {seq}: {error}"
        # What follows is compared with this record as it is stored, so that one fault is told once.
        chains[stream], due = ((seq if isinstance(seq, int) else length) + 1, digest, earlier, state), position + 1
        if stream == "system": systems.add(digest)
    found = {name: tuple(rest) for name, *rest in db.execute("SELECT coalesce(stream, ''), CASE WHEN (SELECT position FROM events AS e WHERE e.stream = "
        "first_position AND seq = 0) <> first_position THEN 'begins elsewhere, ' || version ELSE version END, lower(hex(head)) FROM streams")}
    for name in sorted(name for name in {**chains, **found} if chains.get(name, ())[:2] != found.get(name)): yield STREAM % (name, found.get(name))
    stand = {f"case/{name}": state for name, state in db.execute("SELECT case_id, state FROM cases")}
    for name, (length, _, _, state) in sorted({**dict.fromkeys(stand, (0, "", "", "no case")), **chains}.items()):
        if state not in (None, stand.get(name)): yield f"stream {name} seq {length - 1}: cases.state expected {state}, found {stand.get(name)}"
    if (sizes := db.execute("SELECT size FROM ledger").fetchall()) != [(due,)]: yield f"ledger: size expected {due}, found {sizes}"
    for row in db.execute("SELECT 'erasures', position, class FROM erasures UNION ALL SELECT 'parts', position, class FROM parts WHERE position "
                          "NOT IN (SELECT position FROM events)"): yield "{}: position {} {} is explained by no event".format(*row)
    # A file that was never written to its end has its first chunks only; no record can name it.
    for digest, size in db.execute(f"SELECT {BYTES % 'digest'}, max(size) FROM blobs GROUP BY 1").fetchall():
        data = b"".join(row[0] for row in db.execute(f"SELECT {BYTES % 'bytes'} FROM blobs WHERE digest = ? ORDER BY chunk", [digest]))
        if len(data) >= size and hashlib.sha256(data).digest() != digest: yield f"file {digest.hex()}: found {hashlib.sha256(data).hexdigest()}"

def main(path):
    in_flight = any(pathlib.Path(f"{(file := pathlib.Path(path).resolve())}-{end}").exists() for end in ("wal", "journal"))
    try:  # Opened as immutable, SQLite puts no files of its own beside the evidence.
        db = sqlite3.connect(file.as_uri() + ("?mode=ro" if in_flight else "?mode=ro&immutable=1"), uri=True, isolation_level=None)
        db.text_factory = lambda data: data.decode(errors="replace")
        require(db.execute("BEGIN") and db.execute("PRAGMA application_id").fetchone() == (0x74737568,), "not a tsuho database")
        found, counts = list(findings(db)), [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("events", "parts", "streams")]
    except (sqlite3.Error, ValueError, TypeError) as error: return print(f"{path}: {error}") or 8
    for line in found[:20]: print("".join(letter if letter.isprintable() else "?" for letter in line))
    return print("records {}, parts {}, streams {}:".format(*counts), f"{len(found)} findings" if found else "ok") or int(bool(found))
if __name__ == "__main__": sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else print(__doc__) or 2)
