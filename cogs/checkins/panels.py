"""What check-ins look like: pure functions of stored state and of choices being made."""

from datetime import datetime

import discord
from discord import ui

from bot.checkins.model import Cadence
from bot.checkins.rules import State, state_at
from bot.consent.model import Purpose
from bot.consent.rules import VERSIONS
from bot.texts.catalogue import Markup, Say
from cogs.checkins.choices import DAYS, PER_WEEK, WINDOWS, Choices
from cogs.ui.durable import Durable, button, select
from cogs.ui.panel import panel

PROMPTS = "checkins.prompts"
THANKS = "checkins.noted"


def proposal(choices: Choices, say: Say, *, has_some: bool) -> ui.LayoutView:
    """Return the panel on which check-ins are chosen and agreed to, or changed."""
    agree = "checkins.button.save" if has_some else "checkins.button.agree"
    version = VERSIONS[Purpose.CHECKINS]
    buttons = [
        button(say(agree), "checkins:agree", f"{version} {choices}", discord.ButtonStyle.primary),
        button(say("checkins.button.zone"), "checkins:ask_zone", choices),
        _sound_button(choices, say),
    ]
    if not has_some:
        buttons.append(button(say("checkins.button.not_now"), "checkins:not_now"))
    return panel(
        [say("checkins.choose.title"), say("consent.checkins"), _chosen(choices, say)],
        [*([each] for each in _selects(choices, say)), buttons],
    )


def _chosen(choices: Choices, say: Say) -> str:
    return say("checkins.choose.chosen", words=in_words(choices, say))


def in_words(choices: Choices, say: Say) -> Markup:
    """Return the choices as a sentence."""
    return say(
        "checkins.choose.words",
        count=choices.per_week,
        days=say(f"checkins.days.{choices.days}"),
        window=say(f"checkins.window.{choices.window}"),
        zone=choices.zone,
        sound=say("checkins.sound.on" if choices.sound else "checkins.sound.off"),
    )


def _selects(choices: Choices, say: Say) -> list[Durable]:
    days = [(name, _label(say(f"checkins.days.{name}"))) for name in DAYS]
    windows = [(name, _label(say(f"checkins.window.{name}"))) for name in WINDOWS]
    counts = [(str(count), say("checkins.per_week", count=count)) for count in PER_WEEK]
    return [
        select(say("checkins.choose.days"), "checkins:days", choices, days, choices.days),
        select(say("checkins.choose.window"), "checkins:window", choices, windows, choices.window),
        select(
            say("checkins.choose.per_week"), "checkins:per_week", choices, counts, str(choices.per_week)
        ),
    ]


def _label(words: str) -> str:
    return words[:1].upper() + words[1:]


def _sound_button(choices: Choices, say: Say) -> Durable:
    label = "checkins.button.sound_off" if choices.sound else "checkins.button.sound_on"
    return button(say(label), "checkins:sound", choices)


def standing(cadence: Cadence, now: datetime, next_at: datetime | None, say: Say) -> ui.LayoutView:
    """Return the private panel of somebody who has check-ins."""
    number = cadence.cadence_id
    buttons = [
        button(say("checkins.button.times"), "checkins:times", number),
        button(say("checkins.button.less"), "checkins:less", number),
    ]
    if state_at(cadence, now) is State.ON:
        buttons.append(button(say("checkins.button.pause"), "checkins:pause", number))
    else:
        buttons.append(button(say("checkins.button.resume"), "checkins:resume", number))
    buttons.append(button(say("checkins.button.stop"), "checkins:stop", number))
    return panel(
        [
            say("checkins.choose.title"),
            in_words(Choices.of(cadence), say),
            state(cadence, now, next_at, say),
        ],
        [buttons],
    )


def state(cadence: Cadence, now: datetime, next_at: datetime | None, say: Say) -> str:
    """Return where check-ins stand, as a sentence."""
    return say(
        f"checkins.state.{state_at(cadence, now)}", next=next_at or now, until=cadence.paused_until or now
    )


def prompt(cadence: Cadence, server: str, say: Say) -> ui.LayoutView:
    """Return a check-in: brief, three equal answers, and the way to change or stop behind one more."""
    number = cadence.cadence_id
    answers = [
        button(say("checkins.answer.here"), "checkins:here", number),
        button(say("checkins.answer.quiet"), "checkins:quiet", number),
        button(say("checkins.answer.pass"), "checkins:pass", number),
        button(say("checkins.button.change"), "checkins:change", number),
    ]
    # The cadence's number sets where in the list a member begins; every prompt is used before one returns.
    words = say.one_of(PROMPTS, cadence.cadence_id + cadence.sent)
    return panel([words, say("checkins.from", server=server)], [answers])


def noted(cadence: Cadence, server: str, say: Say) -> ui.LayoutView:
    """Return what a check-in becomes after any answer: one calm line, the buttons gone."""
    return panel([say.one_of(THANKS, cadence.sent), say("checkins.from", server=server)])


def line(text: str) -> ui.LayoutView:
    """Return a panel of one line."""
    return panel([text])
