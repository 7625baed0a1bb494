"""What check-ins look like: pure functions of stored state and of choices being made."""

from datetime import datetime
from functools import partial

import discord
from discord import ui

from bot.checkins.cadence.model import Times
from bot.checkins.personal.model import Cadence, Preview
from bot.checkins.personal.rules import State, state_at
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.texts.catalogue import Markup, Say
from cogs.checkins import routes
from cogs.checkins.choices import (
    DAYS,
    OWN_WINDOW,
    PER_WEEK,
    SINGLE_DAYS,
    WINDOWS,
    Choices,
    named_days,
    named_window,
)
from cogs.checkins.prompt_text import Words
from cogs.ui.answers import Answer, answer_buttons
from cogs.ui.links import ASK_CONSENT
from cogs.ui.panels import Component, button, panel, select
from cogs.ui.routes import CustomId
from cogs.ui.time_format import at_line_start, clock, day_names

THANKS = "checkins.noted"
COUNTED_THANKS = "checkins.noted_counted"


def proposal(choices: Choices, preview: Preview, say: Say, *, has_some: bool) -> ui.LayoutView:
    """Return the panel on which check-ins are chosen and agreed to, or changed."""
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
    chosen = [say("checkins.choose.chosen", words=in_words(choices, say)), coming(preview, say)]
    return panel(
        [
            say("checkins.choose.title"),
            say(f"consent.{Purpose.CHECKINS}.{version}"),
            "\n".join(filter(None, chosen)),
        ],
        [*([each] for each in _selects(choices, say)), buttons],
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
        words.append(say("checkins.words.begins", date=Markup(times.begins_on.isoformat())))
    words.append(say("checkins.sound.on" if choices.sound else "checkins.sound.off"))
    return Markup(", ".join(words) + ".")


def coming(preview: Preview, say: Say) -> str:
    """Return when the next check-in comes, day and time alike as the reader's own Discord draws them."""
    if preview.next_at is None:
        return ""
    place = "checkins.choose.at_once" if preview.at_once else "checkins.choose.next"
    return say(place, at=preview.next_at)


def _days(weekdays: int, say: Say) -> Markup:
    name = named_days(weekdays)
    return say(f"checkins.days.{name}") if name else Markup(", ".join(day_names(weekdays, say)))


def _window(times: Times, say: Say) -> Markup:
    name = named_window(times)
    if name:
        return say(f"checkins.window.{name}")
    return say("checkins.words.between", start=clock(times.start_minute), end=clock(times.end_minute))


def _selects(choices: Choices, say: Say) -> list[Component]:
    times = choices.times
    days = [(name, at_line_start(say(f"checkins.days.{name}"))) for name in DAYS]
    days += [(day, say(f"days.{day}")) for day in SINGLE_DAYS]
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


def standing(
    cadence: Cadence,
    now: datetime,
    next_at: datetime | None,
    say: Say,
    *,
    is_outdated: bool = False,
    offers_thread: bool = False,
) -> ui.LayoutView:
    """Return the private panel of somebody who has check-ins.

    `is_outdated` where the yes is to a text that has changed, which is read and answered by a button.
    """
    number, state = cadence.cadence_id, state_at(cadence, now, is_outdated=is_outdated)
    buttons = [
        button(say("checkins.button.times"), routes.TIMES(number)),
        button(say("checkins.button.less"), routes.LESS_OFTEN(number)),
    ]
    if state is State.CHANGED:
        ask = ASK_CONSENT(cadence.guild_id, Purpose.CHECKINS)
        buttons.insert(0, button(say("checkins.button.text"), ask))
    elif state is State.ON:
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
            say("checkins.choose.title"),
            at_line_start(in_words(Choices.of(cadence), say)),
            stands(cadence, now, next_at, say, is_outdated=is_outdated),
        ],
        [buttons],
    )


def stands(
    cadence: Cadence, now: datetime, next_at: datetime | None, say: Say, *, is_outdated: bool = False
) -> Markup:
    """Return where check-ins stand, as a sentence."""
    place = f"checkins.state.{state_at(cadence, now, is_outdated=is_outdated)}"
    return say(place, next=next_at or now, until=cadence.paused_until or now)


def changed(
    cadence: Cadence,
    now: datetime,
    next_at: datetime | None,
    say: Say,
    *,
    is_outdated: bool = False,
    is_tried: bool = False,
) -> Markup:
    """Return what a change of times came to, and where check-ins stand after it.

    `is_tried` where Discord could not deliver them before, so that the next one may not come either.
    """
    words = say("checkins.saved", words=in_words(Choices.of(cadence), say))
    if is_tried and state_at(cadence, now) is State.ON:
        return Markup(f"{words}\n{say('checkins.resumed_tries')}")
    return Markup(f"{words}\n{come(cadence, now, next_at, say, is_outdated=is_outdated)}")


def come(
    cadence: Cadence, now: datetime, next_at: datetime | None, say: Say, *, is_outdated: bool
) -> Markup:
    """Return where check-ins stand, for a panel without the button that shows a changed text."""
    return say("checkins.waits") if is_outdated else stands(cadence, now, next_at, say)


def thread_offer(choices: Choices, where: str, say: Say, before: str = "") -> ui.LayoutView:
    """Return what check-ins in a private thread mean, and the one tap that agrees to them.

    `before` says that nothing was kept; without it there are check-ins already, and a no leaves them.
    """
    agree = routes.AGREE_TO_THREAD(VERSIONS[Purpose.CHECKINS], choices)
    decline = routes.DECLINE() if before else routes.DECLINE_THREAD()
    buttons = [
        button(say("checkins.button.thread"), agree, discord.ButtonStyle.primary),
        button(say("checkins.button.not_now"), decline),
    ]
    return panel([before, say("checkins.thread.offer", where=Markup(where))], [buttons])


def answer_id(cadence: Cadence, answer: Answer) -> CustomId:
    """Return the custom id of an answer to the next check-in: a tap tells that it came, noted or not."""
    return routes.ANSWER(cadence.cadence_id, cadence.turn, answer)


def prompt(cadence: Cadence, words: Words, server: str, say: Say) -> ui.LayoutView:
    """Return a check-in: brief, three equal answers, and the way to change or stop behind one more."""
    answers = answer_buttons(say, partial(answer_id, cadence))
    answers.append(button(say("checkins.button.change"), routes.CHANGE(cadence.cadence_id)))
    place = "checkins.from_own" if words.is_own else "checkins.from"
    return panel([words.text, say(place, server=server)], [answers])


def noted(cadence: Cadence, server: str, say: Say, *, is_counted: bool) -> ui.LayoutView:
    """Return what a check-in becomes after any answer: one calm line, the buttons gone."""
    thanks = COUNTED_THANKS if is_counted else THANKS
    return panel([say.one_of(thanks, cadence.sent), say("checkins.answered", server=server)])


def line(text: str) -> ui.LayoutView:
    """Return a panel of one line."""
    return panel([text])
