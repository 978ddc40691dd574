"""Says when things are due, written from the law alone and sharing no code with tsuho.

`due_dates.py --seed S --count N` prints JSON lines: the calendars it uses, every closed day of Japanese offices, then N
random cases with what is due under each reading. Without arguments it answers cases given on standard input.

Law: Civil Code Arts. 139 to 143 and Act on Holidays of Administrative Organs Arts. 1 and 2 (Japan), Regulation
1182/71 Art. 3 (EU), 47 CFR 1.4 (US). Where a month lacks the day, a period ends with the month's last day.
"""

import argparse
import calendar
import datetime as dt
import json
import random
import sys
import zoneinfo

import holidays
import jpholiday

zoneinfo.reset_tzpath(to=[])  # the tzdata package alone, never the machine's files

UTC = dt.timezone.utc
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(1993, 1, 1), dt.date(2027, 12, 31)


def days_between(first, last):
    return (first + n * DAY for n in range((last - first).days + 1))


def closed_in_japan(day):
    year_end = (day.month, day.day) in [(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)]
    return year_end or jpholiday.is_holiday(day)


def office(package, **where):
    table = package(years=range(FIRST.year, LAST.year + 1), **where)
    return {day for day in table if FIRST <= day <= LAST}


HOLIDAYS = {
    "jp-government": {day for day in days_between(FIRST, LAST) if closed_in_japan(day)},
    "us-federal": office(holidays.US),
    "de-land": office(holidays.DE, subdiv="BE"),
    "au-state": office(holidays.AU, subdiv="NSW"),
    "weekends": set(),
}
PLACES = [
    ("Asia/Tokyo", "jp-government"),
    ("America/New_York", "us-federal"),
    ("Europe/Berlin", "de-land"),
    ("Australia/Sydney", "au-state"),
    ("Europe/London", "weekends"),
    ("America/Santiago", "weekends"),
    ("Asia/Kathmandu", "weekends"),
]


def is_closed(day, name):
    """Weekends always; holidays only within the days for which the list is certain."""
    return day.weekday() >= 5 or day in HOLIDAYS[name]


def clock_to_utc(day, minutes, zone):
    """The first moment at which clocks there show this time, or would have if they had not been put forward."""
    local = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    return local.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=0).astimezone(UTC)


def same_day_later(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day(case, first, start):
    unit, count, name = case["unit"], case["count"], case["calendar"]
    if unit == "working_days":
        day = start
        while count:
            day += DAY
            count -= not is_closed(day, name)
        return day
    if unit in ("months", "years"):
        end = same_day_later(start, count * (12 if unit == "years" else 1))
        return end - DAY if first == "included" else end
    day_one = start if first == "included" else start + DAY
    return day_one + (count * (7 if unit == "weeks" else 1) - 1) * DAY


def answer(case):
    """When it is due under each reading."""
    zone, kind = case["zone"], case["anchor_kind"]
    if kind == "moment":
        moment = dt.datetime.fromisoformat(case["anchor"]).astimezone(UTC)
        date = moment.astimezone(zoneinfo.ZoneInfo(zone)).date()
    else:
        date = dt.date.fromisoformat(case["anchor"])
        moment = clock_to_utc(date, 0, case["stated_in"])
    dues = {}
    for reading in case["readings"]:
        if case["unit"] in ("minutes", "hours"):
            begin = moment
            local = begin.astimezone(zoneinfo.ZoneInfo(zone))
            if reading == "next_full_hour" and (local.minute, local.second, local.microsecond) != (0, 0, 0):
                begin += dt.timedelta(hours=1, minutes=-local.minute, seconds=-local.second, microseconds=-local.microsecond)
            due = begin + dt.timedelta(**{case["unit"]: case["count"]})
        else:
            day = last_day(case, reading, date)
            while case["roll"] == "forward" and is_closed(day, case["calendar"]):
                day += DAY
            hour, minute = map(int, case["ends"].split(":"))
            due = clock_to_utc(day, hour * 60 + minute, zone)
        dues[reading] = due.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return dues


def random_case(chance):
    zone, name = chance.choice(PLACES)
    unit = chance.choice(["minutes", "hours", "days", "days", "weeks", "working_days", "months", "months", "years"])
    kind = chance.choice(["moment", "moment", "day"] if unit in ("minutes", "hours") else ["moment", "day", "date"])
    start = dt.datetime(1993, 1, 1, tzinfo=UTC) + dt.timedelta(seconds=chance.randrange(47 * 365 * 86400))
    if chance.random() < 0.2:
        start = start.replace(minute=0, second=0)
    if chance.random() < 0.2:  # the ends of months are where counting goes wrong
        start = start.replace(day=calendar.monthrange(start.year, start.month)[1])
    elapsed = ["moment"] if unit == "minutes" else ["moment", "next_full_hour"]
    dates = ["excluded"] if unit == "working_days" else ["excluded", "included"]
    return {
        "zone": zone,
        "calendar": name,
        "anchor_kind": kind,
        "anchor": start.isoformat() if kind == "moment" else start.date().isoformat(),
        "stated_in": chance.choice([zone, zone, "Asia/Tokyo"]),
        "unit": unit,
        "count": chance.randint(1, {"years": 5, "months": 30, "weeks": 30, "minutes": 5000, "hours": 400}.get(unit, 90)),
        "readings": elapsed if unit in ("minutes", "hours") else dates,
        "ends": chance.choice(["24:00", "24:00", "17:15", "02:30"]),
        "roll": chance.choice(["forward", "none"]),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int)
    parser.add_argument("--count", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.seed is None:
        cases = (json.loads(line) for line in sys.stdin)
    else:
        for name, days in HOLIDAYS.items():
            print(json.dumps({"calendar": name, "holidays": sorted(map(str, days))}))
        chance = random.Random(arguments.seed)
        cases = (random_case(chance) for _ in range(arguments.count))
    for case in cases:
        print(json.dumps({"case": case, "due": answer(case)}))


main()
