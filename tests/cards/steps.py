"""What can happen in a story about a card, as values that Hypothesis draws and shrinks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import strategies as st

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from cogs.privacy.routes import GIVE_CONSENT, TURN_OFF_CONSENT
from cogs.rooms.routes import COUNT, HIDE, LEAVE, SIT_AGAIN
from cogs.ui.routes import AnyRoute
from tests.cards.records import Ending
from tests.cards.stage import Stage

PEOPLE = (1001, 1002, 1003, 1004, 1005)  # one more than the room has seats


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on the card."""

    member_id: int
    label: str

    async def run(self, stage: Stage) -> None:
        """Do this step."""
        stage.taps(self.member_id, self.label)


@dataclass(frozen=True, slots=True)
class Private:
    """A tap in the private panel of a member who sits, or was asked whether to show their name."""

    member_id: int
    route: AnyRoute

    async def run(self, stage: Stage) -> None:
        """Do this step."""
        about: tuple[object, ...] = (stage.session_id,)
        if self.route is GIVE_CONSENT:
            about = (stage.room.guild_id, Purpose.SHOW_NAME, VERSIONS[Purpose.SHOW_NAME])
        elif self.route is TURN_OFF_CONSENT:
            about = (stage.room.guild_id, Purpose.SHOW_NAME)
        stage.taps_privately(self.member_id, self.route(*about))


@dataclass(frozen=True, slots=True)
class Command:
    """A /sit."""

    member_id: int
    hidden: bool

    async def run(self, stage: Stage) -> None:
        """Do this step."""
        stage.sits_by_command(self.member_id, hidden=self.hidden)


@dataclass(frozen=True, slots=True)
class Wait:
    """Time that passes."""

    seconds: int

    async def run(self, stage: Stage) -> None:
        """Do this step."""
        del stage
        await asyncio.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class Serve:
    """Discord's answer to one of the requests that wait, not always the oldest."""

    which: int
    ending: Ending

    async def run(self, stage: Stage) -> None:
        """Do this step."""
        waiting = stage.script.waiting
        if waiting:
            stage.script.serve(waiting[self.which % len(waiting)], self.ending)


@dataclass(frozen=True, slots=True)
class AnswerAtOnce:
    """From now on Discord answers every request at once, or, if `lasts` is False, no longer does."""

    lasts: bool

    async def run(self, stage: Stage) -> None:
        """Do this step."""
        stage.script.answers_at_once = self.lasts
        while self.lasts and stage.script.waiting:
            stage.script.serve(stage.script.waiting[0], Ending.WELL)


@dataclass(frozen=True, slots=True)
class Delete:
    """A moderator deletes the card."""

    async def run(self, stage: Stage) -> None:
        """Do this step."""
        card = stage.card()
        if card is not None:
            stage.script.delete(card)


Step: TypeAlias = Tap | Private | Command | Wait | Serve | AnswerAtOnce | Delete

_people = st.sampled_from(PEOPLE)
_routes: list[AnyRoute] = [LEAVE, SIT_AGAIN, HIDE, COUNT, GIVE_CONSENT, TURN_OFF_CONSENT]
_served: st.SearchStrategy[Step] = st.one_of(
    st.builds(Serve, st.integers(0, 3), st.just(Ending.WELL)),
    st.builds(Serve, st.integers(0, 3), st.sampled_from(Ending)),
)
_done: st.SearchStrategy[Step] = st.one_of(
    st.builds(Tap, _people, st.sampled_from(["Sit", "Slip out", "Nod"])),
    st.builds(Private, _people, st.sampled_from(_routes)),
    st.builds(Command, _people, st.booleans()),
)
_passing: st.SearchStrategy[Step] = st.builds(Wait, st.sampled_from([1, 2, 20, 60, 120, 300]))
_rare: st.SearchStrategy[Step] = st.one_of(
    st.builds(AnswerAtOnce, st.booleans()), st.builds(Delete), _passing
)
_first: st.SearchStrategy[list[Step]] = st.sampled_from(
    [[Serve(0, Ending.WELL)], [Serve(0, Ending.WELL), Tap(PEOPLE[0], "Sit"), Serve(0, Ending.WELL)], []]
)
_then = st.lists(st.one_of(_done, _served, _done, _served, _rare), min_size=4, max_size=40)

stories = st.builds(list[Step].__add__, _first, _then)
