"""Counts due dates again by hand, from nothing but the sentences in which tsuho prints a derivation.

Reads JSON lines from standard input, each `{"of": ..., "language": "en"|"ja", "due": "...Z", "lines": [sentence, ...]}`,
and prints one JSON line for each whose sentences do not lead to `due`: `{"of": ..., "wrong": why}`; then a line
`{"counted": N, "steps": N}`. It knows how the sentences are worded and how a calendar works, and no code of tsuho.
"""

import calendar
import datetime as dt
import json
import re
import sys
import zoneinfo

DAY = dt.timedelta(days=1)
NAMES = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "ja": ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"],
}
D, W, AT = r"(\d{4}-\d\d-\d\d)", r"(\w+)", r"(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?)? [A-Za-z_/]+)"
PERIOD = {
    "en": r"(\d+) (minute|hour|day|working day|week|month|year)s?",
    "ja": r"(\d+)(分|時間|営業日|日|週間|か月|年)",
}
UNITS = {
    "minute": "minute", "分": "minute", "hour": "hour", "時間": "hour", "day": "day", "日": "day",
    "working day": "working day", "営業日": "working day", "week": "week", "週間": "week",
    "month": "month", "か月": "month", "year": "year", "年": "year",
}
DATE = {"en": rf"{W} {D}", "ja": rf"{D}（{W}）"}
SENTENCES = {
    "en": {
        "moment": rf"time runs from {AT}",
        "first_moment": rf"only the day is known, {DATE['en']}, so time runs from its first moment: {AT}",
        "next_full_hour": rf"the next full hour is {AT}",
        "elapsed": rf"{PERIOD['en']} later it is {AT}",
        "anchor_date": rf"the event falls on {DATE['en']} in (\S+)",
        "first_day": rf"the first day that counts is {DATE['en']}",
        "passed_over": r"closed days do not count: (.+)",
        "last_day": rf"counting {PERIOD['en']}, the last day is {DATE['en']}",
        "rolled": rf"{DATE['en']} is closed \(.+\), so the last day becomes {DATE['en']}",
        "end_of_day": rf"{DATE['en']} ends at (\d\d:\d\d): due by {AT}",
        "named_day": rf"the day that is named is {DATE['en']}",
        "named_moment": rf"the moment that is named is {AT}",
        "extended": rf"the authority's decision \S+ extends it to {AT}: due by {AT}",
        "held": rf"the authority's decision \S+ held the filing until {AT}: due by {AT}",
    },
    "ja": {
        "moment": rf"{AT} から時間を数えます",
        "first_moment": rf"判明しているのは{DATE['ja']}という日だけなので、その日の初め {AT} から時間を数えます",
        "next_full_hour": rf"次の正時は {AT} です",
        "elapsed": rf"{PERIOD['ja']}後は {AT} です",
        "anchor_date": rf"起算の基となる日は{DATE['ja']}です（(\S+)）",
        "first_day": rf"最初に数える日は{DATE['ja']}です",
        "passed_over": r"次の休日は数えません：(.+)",
        "last_day": rf"{PERIOD['ja']}を数えた末日は{DATE['ja']}です",
        "rolled": rf"{DATE['ja']}は休日（.+）のため、末日は{DATE['ja']}に延びます",
        "end_of_day": rf"{DATE['ja']}は (\d\d:\d\d) に終わります。期限は {AT} です",
        "named_day": rf"指定された日は{DATE['ja']}です",
        "named_moment": rf"指定された日時は {AT} です",
        "extended": rf"当局の決定「\S+」により {AT} まで延長されたため、期限は {AT} です",
        "held": rf"当局の決定「\S+」により {AT} まで届出が保留されたため、期限は {AT} です",
    },
}


class Wrong(Exception):
    """A sentence that does not follow."""


def must(true, why):
    if not true:
        raise Wrong(why)


def add_months(date, months):
    years, month = divmod(date.month - 1 + months, 12)
    last = calendar.monthrange(date.year + years, month + 1)[1]
    return dt.date(date.year + years, month + 1, min(date.day, last))


def read_moment(text):
    time, zone = text.rsplit(" ", 1)
    return dt.datetime.fromisoformat(time).replace(tzinfo=zoneinfo.ZoneInfo(zone))


def later(at, length):
    """Returns the moment that is exactly so much later, whatever clocks on the wall do meanwhile."""
    return (at.astimezone(dt.timezone.utc) + length).astimezone(at.tzinfo)


class Count:
    """Counting with a pencil: what is known so far, and where the last sentence left off."""

    def __init__(self, language):
        self.language = language
        self.at = self.anchor = self.first = self.last = self.zone = None
        self.closed = set()

    def day(self, *words):
        """Reads a date with its day of the week, which must be the true one."""
        name, date = words if self.language == "en" else reversed(words)
        date = dt.date.fromisoformat(date)
        must(NAMES[self.language][date.weekday()] == name, f"{date} is no {name}")
        return date

    def moment(self, at):
        self.at = read_moment(at)

    def first_moment(self, one, other, at):
        self.moment(at)
        must(self.at.time() == dt.time(0) and self.at.date() == self.day(one, other), "not the first moment")

    def next_full_hour(self, at):
        after = read_moment(at) - self.at
        must(dt.timedelta(0) < after < dt.timedelta(hours=1), "not the next hour")
        self.moment(at)
        must(self.at.minute == 0 and self.at.second == 0, "not a full hour")

    def elapsed(self, count, unit, at):
        length = {"minute": dt.timedelta(minutes=1), "hour": dt.timedelta(hours=1)}[UNITS[unit]]
        self.at = later(self.at, int(count) * length)
        must(self.at == read_moment(at), f"{self.at} and not {at}")

    def anchor_date(self, one, other, zone):
        self.anchor, self.zone = self.day(one, other), zoneinfo.ZoneInfo(zone)

    def first_day(self, one, other):
        self.first = self.day(one, other)
        must(self.anchor is not None and self.first - self.anchor in (DAY, 0 * DAY), "an unlikely first day")

    def passed_over(self, days):
        self.closed = {dt.date.fromisoformat(day) for day in re.findall(D, days)}
        must(self.closed, "no closed day")

    def last_day(self, count, unit, one, other):
        count, said = int(count), self.day(one, other)
        if UNITS[unit] in ("month", "year"):
            last = add_months(self.anchor, count * (12 if UNITS[unit] == "year" else 1))
            self.last = last if self.first > self.anchor else last - DAY
        else:
            left, self.last = count * (7 if UNITS[unit] == "week" else 1), self.first - DAY
            while left > 0:
                self.last += DAY
                left -= self.last not in self.closed
            must(all(self.first <= day <= self.last for day in self.closed), "a closed day elsewhere")
        must(self.last == said, f"{self.last} and not {said}")

    def rolled(self, one, other, to_one, to_other):
        must(self.last == self.day(one, other), "another day rolls")
        must(self.day(to_one, to_other) == self.last + DAY, "it does not roll to the next day")
        self.last += DAY

    def end_of_day(self, one, other, ends, at):
        must(self.last == self.day(one, other), "another day ends")
        at = read_moment(at)
        hour, minute = map(int, ends.split(":"))
        end = dt.datetime.combine(self.last + (DAY if hour == 24 else 0 * DAY), dt.time(hour % 24, minute))
        must(at.replace(tzinfo=None) == end, f"{end} and not {at}")
        if self.zone:
            must(end.replace(tzinfo=self.zone) == at, f"{at} is another time in {self.zone}")
        self.at = at

    def named_day(self, one, other):
        self.last = self.day(one, other)

    def named_moment(self, at):
        self.moment(at)

    def extended(self, until, at):
        self.at = max(self.at, read_moment(until))
        must(self.at == read_moment(at), f"{self.at} and not {at}")

    held = extended


def check(line):
    count, steps = Count(line["language"]), 0
    for sentence in line["lines"]:
        for name, pattern in SENTENCES[line["language"]].items():
            if found := re.fullmatch(pattern, sentence):
                getattr(count, name)(*found.groups())
                steps += 1
                break
        else:
            raise Wrong(f"cannot read: {sentence}")
    must(count.at is not None, "it leads nowhere")
    must(count.at == dt.datetime.fromisoformat(line["due"]), f"due {line['due']}, counted {count.at}")
    return steps


def main():
    counted = steps = 0
    for text in sys.stdin:
        line = json.loads(text)
        try:
            steps += check(line)
        except (Wrong, TypeError, ValueError, KeyError) as error:
            print(json.dumps({"of": line["of"], "wrong": str(error)}, ensure_ascii=False))
        counted += 1
    print(json.dumps({"counted": counted, "steps": steps}))


main()
