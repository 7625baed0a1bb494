"""What the panel of a server's days off looks like: pure functions of what is saved."""

from discord import ui

from bot.scheduling.days_off import DayOff
from bot.servers.days_off.service import ServerDaysOff
from bot.texts.catalogue import Markup, Say
from cogs.servers import routes
from cogs.ui.links import SHOW_SETUP
from cogs.ui.panels import Lines, button, panel, select
from cogs.ui.time_format import days_in_words


def page(found: ServerDaysOff, zone: str, say: Say, done: str = "") -> ui.LayoutView:
    """Return the panel of days off; `zone` is the server's now, `done` says what was just changed."""
    lines = [say("days_off.line", days=days(each, say)) + _zone(each, zone, say) for each in found.ahead]
    rows = []
    if found.ahead:
        choices = [(str(each.day_off_id), days(each, say)) for each in found.ahead]
        rows.append([select(say("days_off.remove"), routes.REMOVE_DAYS_OFF(), choices)])
    add = button(say("days_off.button.add"), routes.ASK_DAYS_OFF())
    rows.append([add, button(say("setup.button.back"), SHOW_SETUP())])
    listed = Lines([*filter(None, [today(found, say)]), *lines] or [say("days_off.none")])
    return panel([say("days_off.title"), say("days_off.what", zone=zone), listed, done], rows)


def today(found: ServerDaysOff, say: Say) -> str:
    """Return the line that says that today is a day off, or an empty text on other days."""
    return say("days_off.now", last=found.now.last_date) if found.now else ""


def next_line(found: ServerDaysOff, say: Say) -> str:
    """Return the line of a summary that names the next days off, if there are any."""
    return say("setup.next_days_off", days=days(found.ahead[0], say)) if found.ahead else ""


def days(each: DayOff, say: Say) -> Markup:
    """Return days off as dates in the reader's language."""
    return days_in_words(each.first_date, each.last_date, say)


def _zone(each: DayOff, zone: str, say: Say) -> str:
    """Return the time zone of days off, if the server has a different one now."""
    return "" if each.zone == zone else say("days_off.in_zone", zone=each.zone)
