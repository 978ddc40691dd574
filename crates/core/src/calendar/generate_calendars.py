"""Writes the calendar data files beside this script from the PyPI package `holidays`.

Needs the release named below, because the files are compared byte by byte. With `--check` nothing is written and the
exit status tells whether the files are current.
"""

import datetime
import pathlib
import sys

import holidays

RELEASE = "0.109"
DATA = pathlib.Path(__file__).parent / "data"

# All Saturdays have been closed since May 1992; before that only some were, so the calendar begins with the next year.
FIRST = datetime.date(1993, 1, 1)
# The equinox days of a year become law in February of the year before: certain to the end of next year only.
LAST = datetime.date(2027, 12, 31)

HEADER = """\
# Closed days of Japanese government offices (行政機関の休日); Saturdays and Sundays are closed as well.
# Written by generate_calendars.py, never by hand.
name jp-government
source Act on Holidays of Administrative Organs (Act No. 91 of 1988), Art. 1; Act on National Holidays (Act No. 178 of 1948)
version PyPI holidays {release}, year-end closure added
licence MIT
valid-from {first}
valid-until {last}
closed-weekdays saturday sunday
"""


def japan() -> str:
    years = range(FIRST.year, LAST.year + 1)
    english = holidays.country_holidays("JP", years=years, language="en_US")
    japanese = holidays.country_holidays("JP", years=years, language="ja")
    closed = {}
    for year in years:
        for month, day in [(1, 1), (1, 2), (1, 3), (12, 29), (12, 30), (12, 31)]:
            closed[datetime.date(year, month, day)] = "Year-end closure / 年末年始の閉庁日"
    for date in japanese:
        closed[date] = f"{english[date]} / {japanese[date]}"
    lines = [f"{date} {names}\n" for date, names in sorted(closed.items()) if FIRST <= date <= LAST]
    return HEADER.format(release=RELEASE, first=FIRST, last=LAST) + "".join(lines)


def main() -> None:
    if holidays.__version__ != RELEASE:
        sys.exit(f"needs holidays {RELEASE}, found {holidays.__version__}")
    files = {"jp-government.txt": japan()}
    stale = [name for name, text in files.items() if not same(DATA / name, text)]
    if "--check" in sys.argv[1:]:
        sys.exit(f"not current: {', '.join(stale)}" if stale else 0)
    for name in stale:
        (DATA / name).write_text(files[name], encoding="utf-8", newline="\n")
        print(f"wrote {name}")


def same(path: pathlib.Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


main()
