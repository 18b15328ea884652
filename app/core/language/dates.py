"""Weekdays and dates as the person's language writes them."""

from datetime import date

from app.core.language.speech import _


def short_weekday(weekday: int) -> str:
    """The weekday in about three letters; Monday is 0."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[weekday]


def date_text(day: date, today: date | None) -> str:
    """“24 Dec”, with the year where it isn't this one."""
    months = (
        *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
        *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
    )
    text = _("{day} {month}").format(day=day.day, month=months[day.month - 1])
    if today is not None and day.year == today.year:
        return text
    return _("{date} {year}").format(date=text, year=day.year)


def day_text(day: date, today: date | None) -> str:
    """“Thu 24 Dec”, with the year where it isn't this one."""
    return _("{weekday} {date}").format(weekday=short_weekday(day.weekday()), date=date_text(day, today))
