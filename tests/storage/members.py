"""Put data about members into every table, through the services."""

from dataclasses import replace
from functools import partial

from bot.checkins.personal.cadence import Cadence
from bot.checkins.personal.outbox import begin_sending
from bot.checkins.times import CheckinTimes
from bot.delivery import outbox
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.rooms.model import Room
from bot.rooms.notice_queue import announce
from bot.rooms.notices.records import intent_key, notices_of, save_notice
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY
from bot.services import Services
from bot.storage.database import Statements
from tests.rooms import answer, sit

ANN = 1_111_222_333_444_555_666
BEN = 1_222_333_444_555_666_777
HERE = 901_222_333_444_555_666
THERE = 902_333_444_555_666_777
MORNINGS = CheckinTimes(MONDAY_TO_SUNDAY, 480, 660, "Europe/Berlin", 2)
DAILY = replace(MORNINGS, per_week=7)


async def agree(services: Services, member_id: int, guild_id: int, purpose: Purpose) -> None:
    """Let a member consent to the text in force."""
    await services.consents.agree(member_id, guild_id, purpose, VERSIONS[purpose])


async def settle(services: Services, member_id: int, room: Room) -> None:
    """Let a member agree to every purpose in the room's server, and sit."""
    for purpose in (Purpose.SHOW_NAME, Purpose.WEEKLY_COUNTS):
        await agree(services, member_id, room.guild_id, purpose)
    begun = await services.checkins.begin(
        member_id,
        room.guild_id,
        member_id + 1000,
        MORNINGS,
        VERSIONS[Purpose.CHECKINS],
        sound=False,
    )
    cadence_id = begun.cadence.cadence_id
    await services.checkins.outbox.note_sent(cadence_id, member_id + 2000, 1)
    (channel_checkin,) = await services.channel_checkins.of_guild(room.guild_id)
    await services.channel_checkins.outbox.note_sent(channel_checkin.channel_checkin_id, room.room_id, 1)
    await services.channel_checkins.note_answered(
        room.guild_id,
        channel_checkin.channel_checkin_id,
        1,
        room.channel_id,
        room.room_id,
        member_id,
    )
    await begin_sending_next(services, await services.checkins.get(cadence_id, member_id))
    await choose_notices(services, member_id, room)
    sat = await sit(services, room, member_id, 25)
    await answer(services, sat.card, member_id)


async def choose_notices(services: Services, member_id: int, room: Room) -> None:
    """Let a member choose a room for notices. One of it is in view, one is being sent, and one is due."""
    version, session_id = VERSIONS[Purpose.ROOM_NOTICES], room.room_id + 900
    who = {"member_id": member_id, "guild_id": room.guild_id}
    channel_id = member_id + 1000
    await services.notices.agree(member_id, room.guild_id, [room.room_id], version, channel_id)

    async def work(statements: Statements) -> None:
        (notice,) = await notices_of(statements, **who)
        key, now = intent_key(notice.room_notice_id), services.clock.now()
        await outbox.begin(statements, key, room.guild_id, channel_id, now)
        in_view = replace(notice, session_id=session_id, message_id=member_id + 3000)
        await save_notice(statements, in_view)
        await announce(statements, room.guild_id, room.room_id, session_id + 1, now)

    await services.database.write(work)


async def rooms_in_both(services: Services) -> tuple[Room, Room]:
    """Add a room in each of two servers."""
    here = await services.rooms.add(HERE, 71, "Quiet", 99)
    there = await services.rooms.add(THERE, 72, "Quiet", 99)
    for room in (here, there):
        await services.channel_checkins.add(
            room.guild_id, room.channel_id, MONDAY_TO_SUNDAY, 540, "Europe/Berlin"
        )
    return (
        await services.rooms.ask_arriving(HERE, here.room_id, asks=True),
        await services.rooms.ask_arriving(THERE, there.room_id, asks=True),
    )


async def begin(services: Services, times: CheckinTimes = DAILY, guild_id: int = HERE) -> Cadence:
    """Let ANN agree to check-ins; the first one is due at once."""
    begun = await services.checkins.begin(
        ANN, guild_id, 500, times, VERSIONS[Purpose.CHECKINS], sound=False
    )
    cadence = begun.cadence
    await services.checkins.outbox.note_sent(cadence.cadence_id, 9001, cadence.number)
    return await services.checkins.get(cadence.cadence_id, ANN)


async def begin_sending_next(services: Services, cadence: Cadence) -> None:
    """Record that a member's next check-in is being sent, as the worker does before it sends."""
    await services.database.write(
        partial(begin_sending, cadence=cadence, now=services.clock.now(), library=["1"])
    )
