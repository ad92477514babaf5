"""Points in time: from the texts that platforms write to ISO 8601, and from that to what can be compared."""

import datetime
import re
import zoneinfo

# How months begin, January first, in English, German, French, Spanish and Polish.
MONTHS = (
    ("jan", "jän", "ene", "sty"), ("feb", "fév", "fev", "lut"), ("mar", "mär", "mae", "mrz"),
    ("apr", "avr", "abr", "kwi"), ("may", "mai", "maj"), ("jun", "juin", "cze"), ("jul", "juil", "lip"),
    ("aug", "aoû", "aou", "ago", "sie"), ("sep", "wrz"), ("oct", "okt", "paź"), ("nov", "lis"),
    ("dec", "dez", "déc", "dic", "gru"),
)  # fmt: skip
_TIME = r"(?P<hour>\d{1,2})(?:[:.h ]| uhr )?(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\s*(?P<half>[ap])\.?m\b)?"
_YEAR = r"(?P<year>\d{4})"
_NAMED = r"(?P<month>[^\W\d_]{3,})"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)[T ,]+{_TIME}",
        rf"\b(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th| de)? ?{_NAMED}\.?,?(?: de)? {_YEAR},? ?(?:at |um |à |o )?{_TIME}",
        rf"\b{_NAMED}\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?, (?P<year>\d{{4}}),? ?(?:at )?{_TIME}",
        rf"\b(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}),? {_TIME}",
    )
]


YEARS = range(2000, 2200)  # in any other, nobody handed in: the time is forged, or of a clock that wasn't set


def iso_in(text):
    """Return the time in a text, as "2026-11-03T10:15:00" without an offset; "" if there is none that is clear.

    Days and months as numbers are read only in the orders 2026-11-03 and 3.11.2026: 3/11 is March or November.
    """
    for form in _FORMS:
        if found := form.search(text):
            return _iso(**found.groupdict())
    return ""


def iso_of_nbgrader(text):
    """Return the time in nbgrader's timestamp.txt ("2026-11-03 10:15:00.123 UTC"), with its offset; "" if unclear."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? (\S+)", text.strip())
    try:
        zone = zoneinfo.ZoneInfo(found[2])
        return _likely(datetime.datetime.fromisoformat(found[1]).replace(tzinfo=zone))
    except (TypeError, ValueError, OSError):  # no such form, day, or zone
        return ""


def comparable(iso, zone=None):
    """Return the datetime of a time in ISO 8601; one without an offset is in a zone, by default this machine's.

    Years 1 and 9999 become 2 and 9998, since elsewhere on Earth these times are in no year that Python knows.
    """
    time = datetime.datetime.fromisoformat(iso)
    time = time.replace(year=min(max(time.year, datetime.MINYEAR + 1), datetime.MAXYEAR - 1))
    return time.replace(tzinfo=zone) if zone and not time.tzinfo else time.astimezone()


def _iso(year, month, day, hour, minute, second, half):
    if not month.isdigit():
        month = next((at for at, starts in enumerate(MONTHS, 1) if month.casefold().startswith(starts)), 0)
    hour = int(hour)
    if half:
        hour = hour % 12 + 12 * (half.casefold() == "p")
    try:
        return _likely(datetime.datetime(int(year), int(month), int(day), hour, int(minute), int(second or 0)))
    except ValueError:
        return ""


def _likely(time):
    return time.isoformat() if time.year in YEARS else ""
