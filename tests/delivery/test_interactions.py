"""What is known from an interaction alone, and the plain answers to one, against the scripted Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.gateway.first_response import install_auto_defer
from bot.gateway.interactions import may_enter, offer_nothing
from tests.cards.answers import refusal
from tests.cards.deterministic_loop import settle
from tests.cards.records import Ending
from tests.cards.serving import Story
from tests.cards.stage import Stage

_COMMAND, _COMPLETION = 2, 4
_CHOICES = 8  # the type of an answer to a completion
_MEMBER = 1001


def test_a_channel_that_is_gone_cannot_be_entered_unless_the_whole_server_is_away(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        interaction = stage.interaction(_MEMBER, _COMMAND)
        assert interaction.guild is not None
        assert may_enter(interaction, stage.room.channel_id)
        assert not may_enter(interaction, 424242)
        interaction.guild.unavailable = True
        assert may_enter(interaction, 424242)

    run_story(story)


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_completion_without_choices_is_answered_and_a_refusal_of_that_is_no_error(
    run_story: Callable[[Story], None], *, is_taken: bool
) -> None:
    async def story(stage: Stage) -> None:
        interaction = stage.interaction(_MEMBER, _COMPLETION)
        install_auto_defer(interaction, lambda _, __: None)
        offering = asyncio.ensure_future(offer_nothing(interaction))
        await settle()
        (request,) = stage.script.waiting
        assert (request.body["type"], request.body["data"]) == (_CHOICES, {"choices": []})
        if is_taken:
            stage.script.serve(request, Ending.WELL)
        else:
            stage.script.answer(request, refusal(404, 10062))
        await offering
        if is_taken:
            await offer_nothing(interaction)  # it is answered already
        assert not stage.script.waiting

    run_story(story)
