"""Builds the messages of check-ins and the panels about them. Pure."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import discord
from discord import ui

from bot.checkins.personal.cadence import Cadence, CheckinState, Preview, state_at
from bot.checkins.personal.overview import CheckinOverview
from bot.checkins.prompts.model import PromptText
from bot.checkins.times import CheckinTimes
from bot.gateway.shared_servers import SharedServer
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.texts.catalogue import Markup, Say, escape
from bot.texts.joining import comma_separated, sentence
from cogs.checkins import routes
from cogs.checkins.choices import (
    DAYS,
    OWN_WINDOW,
    PER_WEEK,
    SINGLE_DAYS,
    WINDOWS,
    Choices,
    Wanted,
    named_days,
    named_window,
)
from cogs.ui.answers import Answer, answer_buttons
from cogs.ui.links import ASK_CONSENT
from cogs.ui.panels import Component, button, panel, select
from cogs.ui.routes import CustomId
from cogs.ui.servers import server_select
from cogs.ui.time_format import at_line_start, clock, date_in_words, day_names

THANKS = "checkins.noted"
COUNTED_THANKS = "checkins.noted_counted"


def proposal(
    choices: Choices,
    preview: Preview,
    say: Say,
    *,
    has_some: bool,
    is_suggested: bool = False,
    server: str = "",
) -> ui.LayoutView:
    """Return the panel on which check-ins are chosen and agreed to, or changed.

    `is_suggested`: the member has chosen nothing yet. `server` is named in direct messages alone, where
    another one can be chosen.
    """
    agree = "checkins.button.save" if has_some else "checkins.button.agree"
    version = VERSIONS[Purpose.CHECKINS]
    buttons = [
        button(say(agree), routes.AGREE(version, choices), discord.ButtonStyle.primary),
        button(say("checkins.button.hours"), routes.ASK_HOURS.of(choices)),
        button(say("checkins.button.zone"), routes.ASK_ZONE.of(choices)),
        _sound_button(choices, say),
    ]
    if not has_some:
        buttons.append(button(say("checkins.button.not_now"), routes.DECLINE()))
    text = "checkins.choose.suggested" if is_suggested else "checkins.choose.chosen"
    chosen = [say(text, words=in_words(choices, say)), coming(preview, say)]
    return panel(
        [
            _title(server, say),
            say(f"consent.{Purpose.CHECKINS}.{version}"),
            "\n".join(filter(None, chosen)),
        ],
        [*([each] for each in _selects(choices, say)), buttons, *_other_server(server, say)],
    )


def in_words(choices: Choices, say: Say) -> Markup:
    """Return the choices as a sentence."""
    times = choices.times
    words = [
        say("checkins.per_week", count=times.per_week),
        _days(times.weekdays, say),
        _window(times, say),
        say("checkins.words.zone", zone=times.zone),
    ]
    if times.quiet_start_minute is not None and times.quiet_end_minute is not None:
        quiet = (clock(times.quiet_start_minute), clock(times.quiet_end_minute))
        words.append(say("checkins.words.quiet", start=quiet[0], end=quiet[1]))
    if times.begins_on is not None:
        words.append(say("checkins.words.begins", date=date_in_words(times.begins_on, say)))
    words.append(say("checkins.sound.on" if choices.sound else "checkins.sound.off"))
    return sentence(words, say)


def coming(preview: Preview, say: Say) -> str:
    """Return when the next check-in comes, as a timestamp that Discord shows in the reader's time zone."""
    if preview.next_at is None:
        return ""
    text = "checkins.choose.at_once" if preview.at_once else "checkins.choose.next"
    return say(text, at=preview.next_at)


def _days(weekdays: int, say: Say) -> Markup:
    name = named_days(weekdays)
    return say(f"checkins.days.{name}") if name else comma_separated(day_names(weekdays, say), say)


def _window(times: CheckinTimes, say: Say) -> Markup:
    name = named_window(times)
    if name:
        return say(f"checkins.window.{name}")
    return say("checkins.words.between", start=clock(times.start_minute), end=clock(times.end_minute))


def _selects(choices: Choices, say: Say) -> list[Component]:
    times = choices.times
    days = [(name, at_line_start(say(f"checkins.days.{name}"))) for name in DAYS]
    days += [(day, at_line_start(say(f"days.{day}"))) for day in SINGLE_DAYS]
    set_name = named_days(times.weekdays)
    held = [set_name] if set_name else [day for day in SINGLE_DAYS if times.weekdays >> int(day) & 1]
    windows = [(name, at_line_start(say(f"checkins.window.{name}"))) for name in WINDOWS]
    window = named_window(times)
    if window is None:
        window = OWN_WINDOW
        windows.append((OWN_WINDOW, at_line_start(_window(times, say))))
    counts = [(str(count), at_line_start(say("checkins.per_week", count=count))) for count in PER_WEEK]
    return [
        select(say("checkins.choose.days"), routes.DAYS.of(choices), days, held, most=len(days)),
        select(say("checkins.choose.window"), routes.WINDOW.of(choices), windows, window),
        select(say("checkins.choose.per_week"), routes.PER_WEEK.of(choices), counts, str(times.per_week)),
    ]


def _sound_button(choices: Choices, say: Say) -> Component:
    label = "checkins.button.sound_off" if choices.sound else "checkins.button.sound_on"
    return button(say(label), routes.SOUND.of(choices))


def status(
    overview: CheckinOverview,
    now: datetime,
    say: Say,
    where: str,
    *,
    offers_thread: bool = False,
    server: str = "",
) -> ui.LayoutView:
    """Return the private panel of a member who has check-ins.

    `where` says where they come, if the text about their state does not; `server` is named in direct
    messages.
    """
    cadence = overview.cadence
    number, state = cadence.cadence_id, state_at(cadence, now, is_outdated=overview.is_outdated)
    buttons = [
        button(say("checkins.button.times"), routes.TIMES(number)),
        button(say("checkins.button.less"), routes.LESS_OFTEN(number)),
    ]
    if state is CheckinState.CHANGED:
        ask = ASK_CONSENT(cadence.guild_id, Purpose.CHECKINS)
        buttons.insert(0, button(say("checkins.button.text"), ask))
    elif state in {CheckinState.ON, CheckinState.OPENING}:
        buttons.append(button(say("checkins.button.pause"), routes.PAUSE()))
    else:
        buttons.append(button(say("checkins.button.resume"), routes.RESUME()))
    buttons.append(button(say("checkins.button.stop"), routes.STOP(number)))
    if cadence.thread_id is not None:
        buttons.append(button(say("checkins.button.direct"), routes.LEAVE_THREAD(number)))
    if offers_thread:
        buttons.append(button(say("checkins.button.thread"), routes.OFFER_THREAD(number)))
    return panel(
        [
            _title(server, say),
            at_line_start(in_words(Choices.of(cadence), say)),
            "\n".join(filter(None, [state_line(overview, now, say), where])),
        ],
        [buttons],
    )


def choose_server(wanted: Wanted, servers: Sequence[SharedServer], say: Say) -> ui.LayoutView:
    """Return the choice of the server whose check-ins a member wants, by select or by typing its name."""
    rows = [[button(say("checkins.button.other_server"), routes.ASK_SERVER.of(wanted))]]
    if servers:
        choose = server_select(say("servers.choose"), routes.CHOOSE_SERVER.of(wanted), servers)
        rows.insert(0, [choose])
    return panel([say("checkins.choose_server" if servers else "checkins.no_server")], rows)


def _title(server: str, say: Say) -> str:
    return say("checkins.choose.title_in", server=server) if server else say("checkins.choose.title")


def _other_server(server: str, say: Say) -> list[list[Component]]:
    other = button(say("checkins.button.other_server"), routes.ASK_SERVER())
    return [[other]] if server else []


def state_line(overview: CheckinOverview, now: datetime, say: Say) -> Markup:
    """Return a sentence that says whether check-ins come, and if not, why."""
    cadence = overview.cadence
    text = f"checkins.state.{state_at(cadence, now, is_outdated=overview.is_outdated)}"
    return say(text, next=overview.next_at or now, until=cadence.paused_until or now)


def changed(overview: CheckinOverview, now: datetime, say: Say, *, was_closed: bool = False) -> Markup:
    """Return the times that a member just changed, and whether check-ins come.

    `was_closed`: Discord could not deliver them before, so the next one may not come either.
    """
    words = say("checkins.saved", words=in_words(Choices.of(overview.cadence), say))
    if was_closed and state_at(overview.cadence, now) is CheckinState.ON:
        return Markup(f"{words}\n{say('checkins.resumed_tries')}")
    return Markup(f"{words}\n{short_state(overview, now, say)}")


def short_state(overview: CheckinOverview, now: datetime, say: Say) -> Markup:
    """Return whether check-ins come, for a panel without the button that shows a changed consent text."""
    return say("checkins.waits") if overview.is_outdated else state_line(overview, now, say)


def thread_offer(choices: Choices, where: str, say: Say, before: str = "") -> ui.LayoutView:
    """Return an explanation of check-ins in a private thread, with the button that agrees to them.

    `before` is a first line that says that nothing was saved; without it, the member already has check-ins,
    which do not change if they decline.
    """
    agree = routes.AGREE_TO_THREAD(VERSIONS[Purpose.CHECKINS], choices)
    decline = routes.DECLINE() if before else routes.DECLINE_THREAD()
    buttons = [
        button(say("checkins.button.thread"), agree, discord.ButtonStyle.primary),
        button(say("checkins.button.not_now"), decline),
    ]
    return panel([before, say("checkins.thread.offer", where=Markup(where))], [buttons])


def answer_id(cadence: Cadence, answer: Answer) -> CustomId:
    """Return the custom id of an answer to the next check-in, with its number: a tap shows it was sent."""
    return routes.ANSWER(cadence.cadence_id, cadence.number, answer)


def prompt(cadence: Cadence, text: PromptText, server: str, say: Say) -> ui.LayoutView:
    """Return the message of a check-in: three equal answers, and a button to change or stop check-ins."""
    answers = answer_buttons(say, partial(answer_id, cadence))
    answers.append(button(say("checkins.button.change"), routes.CHANGE(cadence.cadence_id)))
    if text.words is not None:
        return panel([escape(text.words), say("checkins.from_own", server=server)], [answers])
    return panel([say(f"checkins.prompts.{text.key}"), say("checkins.from", server=server)], [answers])


def noted(cadence: Cadence, server: str, say: Say, *, is_counted: bool) -> ui.LayoutView:
    """Return the message that replaces an answered check-in: one calm line, without buttons."""
    thanks = COUNTED_THANKS if is_counted else THANKS
    return panel([say.one_of(thanks, cadence.sent), say("checkins.answered", server=server)])


def line(text: str) -> ui.LayoutView:
    """Return a panel of one line."""
    return panel([text])
