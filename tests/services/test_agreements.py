"""Agreements that are withdrawn while they are carried out."""

import asyncio
from typing import Any

import pytest

from bot.errors import RefusalError
from bot.privacy.agreements import Agreement
from bot.privacy.consent.model import Purpose
from bot.services import Services
from tests.storage.members import ANN, BEN, HERE, THERE, agree


class Running:
    """An agreement to check-ins that saves its consent when `go_on` is set, and then ends."""

    def __init__(self, services: Services, member_id: int, guild_id: int) -> None:
        self.go_on = asyncio.Event()
        self.agreement: Agreement
        self._begun = asyncio.Event()
        self._services = services
        self._who = (member_id, guild_id)
        self.task = asyncio.create_task(self._run())

    async def begun(self) -> "Running":
        """Wait until the agreement begins to be carried out."""
        await self._begun.wait()
        return self

    async def withdrawn(self) -> None:
        """Wait until the agreement is withdrawn."""
        while not self.agreement.is_withdrawn:  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0)

    async def _run(self) -> None:
        agreements = self._services.consents.agreements
        async with agreements.begin(*self._who, Purpose.CHECKINS) as self.agreement:
            self._begun.set()
            await self.go_on.wait()
            await agree(self._services, *self._who, Purpose.CHECKINS)


async def waits_for_agreements(services: Services, task: asyncio.Task[Any]) -> bool:
    """Return whether a task waits for agreements to end, once it does or has ended without."""
    agreements = services.consents.agreements
    plain, waiting = agreements.wait_for, asyncio.Event()

    async def note(found: list[Agreement]) -> None:
        waiting.set()
        await plain(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreements, "wait_for", note)
        noted = asyncio.create_task(waiting.wait())
        await asyncio.wait({noted, task}, return_when=asyncio.FIRST_COMPLETED)
        noted.cancel()
    return waiting.is_set()


@pytest.mark.parametrize("everywhere", [True, False])
async def test_what_an_agreement_saves_after_a_deletion_is_deleted_too(
    services: Services, *, everywhere: bool
) -> None:
    running = await Running(services, ANN, HERE).begun()
    erasing = asyncio.create_task(services.erasure.erase_member(ANN, None if everywhere else HERE))
    assert await waits_for_agreements(services, erasing)
    with pytest.raises(RefusalError, match="agreement_withdrawn"):
        running.agreement.check()
    running.go_on.set()
    assert await erasing == 1
    assert await services.consents.of_member(ANN) == []


async def test_turning_a_purpose_off_withdraws_an_agreement_to_it_and_no_other(services: Services) -> None:
    running = await Running(services, ANN, HERE).begun()
    await services.consents.turn_off(ANN, HERE, Purpose.SHOW_NAME)
    assert not running.agreement.is_withdrawn
    turning_off = asyncio.create_task(services.consents.turn_off(ANN, HERE, Purpose.CHECKINS))
    assert await waits_for_agreements(services, turning_off)
    running.go_on.set()
    done = await turning_off
    assert done.consent is not None
    assert await services.consents.of_member(ANN) == []


async def test_a_deletion_withdraws_nobody_elses_agreement_and_none_of_another_server(
    services: Services,
) -> None:
    others = [await Running(services, *who).begun() for who in ((BEN, HERE), (ANN, THERE))]
    await services.erasure.erase_member(ANN, HERE)
    for running in others:
        running.agreement.check()
        running.go_on.set()
        await running.task
    assert len(await services.consents.of_member(BEN)) == len(await services.consents.of_member(ANN)) == 1


async def test_an_agreement_that_waits_for_another_is_withdrawn_with_it(services: Services) -> None:
    first = await Running(services, ANN, HERE).begun()
    second = Running(services, ANN, HERE)
    await asyncio.sleep(0)
    erasing = asyncio.create_task(services.erasure.erase_member(ANN, HERE))
    await first.withdrawn()
    first.go_on.set()
    second.go_on.set()
    await erasing
    with pytest.raises(RefusalError, match="agreement_withdrawn"):
        await second.task
    assert await services.consents.of_member(ANN) == []
