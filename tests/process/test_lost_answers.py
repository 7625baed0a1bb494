"""Answers to members that the network loses: the bot logs no error, and members read what happened."""

from __future__ import annotations

import pytest

from tests.process.bot_process import CALLBACK, OPEN_DM, BotProcess
from tests.process.launching import free_port
from tests.process.test_metrics import Scrape, scrape

_SLOW_SECONDS = 2.0  # longer than a handler may take before it is deferred
_LOOK = "Discord isn't answering me properly right now, so I don't know whether this was done."


@pytest.fixture
async def page(unstarted_process: BotProcess) -> tuple[BotProcess, str]:
    """Return the bot's process, connected, and the address of its health endpoints."""
    port = free_port()
    unstarted_process.settings |= {"HEALTH_PORT": str(port)}
    await unstarted_process.start()
    return unstarted_process, f"http://127.0.0.1:{port}"


async def no_error(process: BotProcess, address: str) -> Scrape:
    """Require that nothing counts as an error of the bot or of a second process; return the metrics."""
    assert not [line for line in process.log if " ERROR " in line or "Traceback" in line], process.log
    seen = await scrape(address)
    assert seen.value("alongside_errors_total") == 0
    assert seen.value("alongside_answers_undelivered_total", reason="elsewhere") == 0
    return seen


@pytest.mark.parametrize("how", ["lose_answer", "reset"])
async def test_an_answer_whose_confirmation_is_lost_is_seen_once(
    page: tuple[BotProcess, str], how: str
) -> None:
    process, address = page
    process.allowed.append("40060")
    getattr(process.box.faults, how)(*CALLBACK, times=1)
    reply = await process.person("Ada").run("rooms", channel="general")
    assert "no quiet room" in reply.text
    assert len(reply.messages) == 1
    await process.add_room()
    getattr(process.box.faults, how)(*CALLBACK, times=1)
    seat = await process.person("Ada").run("sit", channel="general", minutes=10)
    assert seat.text.startswith("You have a seat in Library.")
    getattr(process.box.faults, how)(*CALLBACK, times=1)
    asked = await process.person("Mika").run("quiet setup", channel="general")
    getattr(process.box.faults, how)(*CALLBACK, times=1)
    form = await process.person("Mika").click(asked.messages[-1], "Time zone")
    assert form.modal is not None
    getattr(process.box.faults, how)(*CALLBACK, times=1)
    exported = await (await process.person("Ada").run("my-data export", channel="general")).settled()
    assert exported.message is not None
    (file,) = exported.message.attachments
    assert b"seat" in file.data, "the file is not empty at the second try"
    await no_error(process, address)


async def test_a_member_whose_answer_never_arrives_is_told_to_look(page: tuple[BotProcess, str]) -> None:
    process, address = page
    process.box.faults.reset(*CALLBACK, times=2)
    reply = await process.person("Ada").run("me", channel="general")
    assert reply.text.startswith(_LOOK)
    seen = await no_error(process, address)
    assert seen.value("alongside_answers_undelivered_total", reason="lost") == 1


@pytest.mark.parametrize("how", ["lose_answer", "reset"])
async def test_a_deferral_whose_confirmation_is_lost_does_not_lose_the_answer(
    page: tuple[BotProcess, str], how: str
) -> None:
    process, address = page
    process.allowed.append("40060")
    ada = process.person("Ada")
    options = {"zone": "Europe/Berlin", "days": "daily", "window": "morning", "per_week": 2}
    proposal = await ada.run("checkins", channel="general", options=options)
    process.box.faults.hang(*OPEN_DM, seconds=_SLOW_SECONDS)
    getattr(process.box.faults, how)(*CALLBACK)
    reply = await (await ada.click(proposal.messages[-1], "Yes, begin")).settled()
    assert reply.text.startswith("Check-ins are on")
    await no_error(process, address)
