"""Private threads, against the scripted Discord of the cards' tests: one is made, or an old one is used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import Any

import discord
import pytest

from bot.delivery.outcome import Problem
from bot.errors import RefusalError
from bot.gateway.sender import Later, Refused
from bot.gateway.threads import Made, Result, ThreadMaker
from tests.cards.answers import Json, Response, refusal
from tests.cards.deterministic_loop import settle
from tests.cards.records import Ending
from tests.cards.serving import Story
from tests.cards.stage import Stage
from tests.storage.manual_clock import ManualClock

MEMBER = 1001
NAME = "For you"
NEW, OLD, OLDER = 9003, 9002, 9001
DONE = Response(204, None)
FORBIDDEN, GONE = refusal(403, 50013), refusal(404, 10003)
Answer = Response | Ending


def _last_word(path: str) -> str:
    return [each for each in path.split("/") if not each.isdecimal()][-1]


class Thread:
    """The threads that Discord shows, and the requests for one thread with their answers."""

    def __init__(self, stage: Stage) -> None:
        self._script = stage.script
        guild = stage.bot.get_guild(stage.room.guild_id)
        assert guild is not None
        parent = guild.get_channel(stage.room.channel_id)
        assert isinstance(parent, discord.TextChannel)
        self._guild, self._parent = guild, parent
        self.clock = ManualClock()
        self._maker = ThreadMaker(self.clock)
        self.asked: list[str] = []

    def payload(self, thread_id: int, **other: Any) -> Json:
        """Return a thread as Discord describes it."""
        metadata = {
            "archived": False,
            "auto_archive_duration": 10080,
            "archive_timestamp": "2026-11-23T09:00:00+00:00",
            "locked": False,
        }
        usual = {
            "id": str(thread_id),
            "guild_id": str(self._guild.id),
            "parent_id": str(self._parent.id),
            "owner_id": str(self._guild.me.id),
            "name": NAME,
            "type": 12,
            "member_count": 1,
            "message_count": 0,
            "thread_metadata": metadata,
        }
        return usual | other

    def active(self, *threads: Json) -> Response:
        """Return the answer that lists these threads."""
        return Response(200, {"threads": list(threads), "members": []})

    def made(self) -> Response:
        """Return the answer to a request that made a thread."""
        return Response(201, self.payload(NEW))

    async def make(self, *answers: Answer, known: Collection[int] = (), member_id: int = MEMBER) -> Result:
        """Make a thread while Discord answers requests with these answers; note the requests."""
        self.asked.clear()
        task = asyncio.ensure_future(self._maker.make(self._parent, NAME, member_id, known))
        await settle()
        for each in answers:
            while not self._script.waiting:
                await asyncio.sleep(1)
                await settle()
            (request,) = self._script.waiting
            self.asked.append(f"{request.method} {_last_word(request.path)}")
            if isinstance(each, Ending):
                self._script._fail(request, each)  # noqa: SLF001 - for requests that are not in the cards' script
            else:
                self._script.answer(request, each)
            await settle()
        assert task.done(), self._script.waiting
        return await task


def test_a_thread_is_made_and_the_member_added(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        assert await thread.make(thread.active(), thread.made(), DONE) == Made(NEW)
        assert thread.asked == ["GET active", "POST threads", "PUT thread-members"]

    run_story(story)


@pytest.mark.parametrize(
    "other",
    [
        {"parent_id": "77"},
        {"owner_id": "78"},
        {"type": 11},
        {"name": "Another"},
        {"member_count": 3},
    ],
    ids=["of another channel", "of another bot", "public", "with another name", "with other members"],
)
def test_a_thread_of_another_kind_is_not_used(
    run_story: Callable[[Story], None], other: dict[str, Any]
) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        there = thread.active(thread.payload(OLD, **other), thread.payload(OLDER))
        assert await thread.make(there, thread.made(), DONE, known=[OLDER]) == Made(NEW)

    run_story(story)


def test_the_newest_thread_that_an_earlier_attempt_left_is_used(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        there = thread.active(thread.payload(OLDER), thread.payload(OLD))
        assert await thread.make(there, DONE) == Made(OLD)

    run_story(story)


@pytest.mark.parametrize("is_inside", [True, False])
def test_a_thread_with_one_member_is_used_if_that_is_the_member_who_asked(
    run_story: Callable[[Story], None], *, is_inside: bool
) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        there = thread.active(thread.payload(OLD, member_count=2))
        inside = Response(
            200,
            {
                "id": str(OLD),
                "user_id": str(MEMBER),
                "join_timestamp": "2026-11-23T09:00:00+00:00",
                "flags": 0,
            },
        )
        answers: list[Answer] = [there, inside, DONE] if is_inside else [there, GONE, thread.made(), DONE]
        assert await thread.make(*answers) == Made(OLD if is_inside else NEW)

    run_story(story)


def test_a_thread_that_discord_refuses_is_refused_and_a_passing_failure_is_not(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        refused = Refused(Problem.REFUSED, 403, 50013)
        assert await thread.make(FORBIDDEN) == refused
        assert await thread.make(thread.active(), FORBIDDEN) == refused
        assert thread.asked == ["GET active", "POST threads"]
        assert await thread.make(Ending.RESET) == Later()

    run_story(story)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_thread_whose_answer_was_lost_is_looked_for(
    run_story: Callable[[Story], None], *, is_there: bool
) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        before: list[Answer] = [thread.active(), Ending.RESET]
        if is_there:
            found = thread.active(thread.payload(OLD))
            assert await thread.make(*before, found, DONE) == Made(OLD)
        else:
            assert await thread.make(*before, thread.active()) == Later()

    run_story(story)


def test_adding_the_member_is_tried_three_times(run_story: Callable[[Story], None]) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        begun = [thread.active(), thread.made()]
        assert await thread.make(*begun, Ending.RESET, Ending.RESET, DONE) == Made(NEW)
        assert await thread.make(*begun, Ending.RESET, Ending.RESET, Ending.RESET) == Later()

    run_story(story)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([DONE], ["DELETE"]),
        ([GONE], ["DELETE"]),
        ([Ending.RESET], ["DELETE"]),
        ([FORBIDDEN, FORBIDDEN], ["DELETE", "PATCH"]),
    ],
    ids=["deleted", "gone already", "perhaps deleted", "neither deleted nor archived"],
)
def test_a_thread_to_which_the_member_cannot_be_added_is_deleted_or_else_archived(
    run_story: Callable[[Story], None], answers: list[Answer], asked: list[str]
) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        result = await thread.make(thread.active(), thread.made(), FORBIDDEN, *answers)
        assert result == Refused(Problem.REFUSED, 403, 50013)
        assert [each.split()[0] for each in thread.asked[3:]] == asked

    run_story(story)


def test_a_member_makes_three_threads_at_once_and_others_still_may(
    run_story: Callable[[Story], None],
) -> None:
    async def story(stage: Stage) -> None:
        thread = Thread(stage)
        for _ in range(3):
            await thread.make(thread.active(), thread.made(), DONE)
        with pytest.raises(RefusalError) as refused:
            await thread.make(thread.active())
        assert refused.value.key == "refusals.threads_often"
        assert await thread.make(thread.active(), thread.made(), DONE, member_id=MEMBER + 1) == Made(NEW)
        thread.clock.move(minutes=10)
        assert await thread.make(thread.active(), thread.made(), DONE) == Made(NEW)

    run_story(story)
