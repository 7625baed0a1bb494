"""First responses, against the scripted Discord of the cards' tests: given once, or the error is raised."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import discord
import pytest

from bot.gateway.client import Client
from bot.gateway.first_response import Response, install_auto_defer
from tests.cards.answers import refusal
from tests.cards.deterministic_loop import settle
from tests.cards.records import Ending
from tests.cards.serving import Story
from tests.cards.stage import Stage

_COMMAND, _COMPLETION = 2, 4
_DEFERRAL = 5
_MEMBER = 1001
_NO_LONGER_KNOWN, _WRONG = refusal(404, 10062), refusal(400, 50035)


class Answered:
    """An interaction to which the test responds, and how many seconds later it counted as answered."""

    def __init__(self, stage: Stage, kind: int = _COMMAND) -> None:
        self.noted = list[float]()
        self._script = stage.script
        self._interaction: discord.Interaction[Client] = stage.interaction(_MEMBER, kind)
        install_auto_defer(self._interaction, lambda _, seconds: self.noted.append(seconds))
        self.response = cast("Response", self._interaction.response)

    async def begin(self, sending: Any) -> asyncio.Task[Any]:
        """Begin to send, until the request waits for its answer."""
        task: asyncio.Task[Any] = asyncio.ensure_future(sending)
        await settle()
        return task

    async def end(self, task: asyncio.Task[Any], *endings: Ending | Any) -> Any:
        """Answer the waiting requests with `answers`, one after the other; return what sending returned."""
        for ending in endings:
            (request,) = self._script.waiting
            if isinstance(ending, Ending):
                self._script.serve(request, ending)
            else:
                self._script.answer(request, ending)
            await settle()
        assert task.done()
        return await task

    async def send(self, *endings: Ending | Any) -> Any:
        """Send a text with these answers."""
        return await self.end(await self.begin(self.response.send_message("Hello.")), *endings)


def test_a_response_is_noted_once_and_returns_what_discord_said(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        answered = Answered(stage)
        task = await answered.begin(answered.response.send_message("Hello."))
        await asyncio.sleep(1)
        sent = await answered.end(task, Ending.WELL)
        assert isinstance(sent, discord.InteractionCallbackResponse)
        assert answered.noted == [1]
        await asyncio.sleep(5)  # the timer defers nothing any more
        assert not stage.script.waiting

    run_story(story)


def test_a_response_that_discord_refuses_is_not_sent_again(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        answered = Answered(stage)
        with pytest.raises(discord.HTTPException):
            await answered.send(_WRONG)
        assert (answered.response.may_have_arrived, answered.response.is_done()) == (False, False)
        assert answered.noted == []

    run_story(story)


@pytest.mark.parametrize("ending", [Ending.LOST, Ending.RESET])
def test_a_response_whose_answer_is_lost_is_sent_once_more(
    run_story: Callable[[Story], None], ending: Ending
) -> None:
    async def story(stage: Stage) -> None:
        answered = Answered(stage)
        await answered.send(ending, Ending.WELL)
        assert (answered.response.may_have_arrived, answered.response.is_done()) == (True, True)
        assert len(answered.noted) == 1

    run_story(story)


def test_a_response_that_is_refused_after_a_lost_answer_is_an_error(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        answered = Answered(stage)
        with pytest.raises(discord.HTTPException):
            await answered.send(Ending.RESET, _WRONG)
        assert (answered.response.may_have_arrived, answered.response.is_done()) == (True, False)

    run_story(story)


def test_a_lost_answer_is_given_up_once_discord_has_given_up(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        answered = Answered(stage)
        task = await answered.begin(answered.response.send_message("Hello."))
        await asyncio.sleep(3.1)
        with pytest.raises(OSError, match="reset"):
            await answered.end(task, Ending.RESET)
        assert [each.body["type"] for each in stage.script.waiting] == [_DEFERRAL]  # by the timer
        stage.script.serve(stage.script.waiting[0], Ending.WELL)
        await settle()

    run_story(story)


def test_choices_that_come_too_late_are_no_error_but_other_refused_choices_are(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        for refused, is_error in ((_NO_LONGER_KNOWN, False), (_WRONG, True)):
            answered = Answered(stage, _COMPLETION)
            task = await answered.begin(answered.response.autocomplete([]))
            if is_error:
                with pytest.raises(discord.HTTPException):
                    await answered.end(task, refused)
            else:
                await answered.end(task, refused)
            assert answered.noted == []

    run_story(story)
