"""Many small servers in a sandbox, each with a moderator and a few people, and what they set up there."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox import Actor, Sandbox
from sandbox.state.models import Channel, ChannelType, Guild, Member, Role, User
from sandbox.state.seed import BOT_PERMISSIONS, EVERYONE, MODERATORS

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Adelaide", "UTC")
MINUTES = (10, 25, 50)
_STEP = 7 << 22 | 1
_TIMES_A_DAY = 3
_APART = 24 * 60 // _TIMES_A_DAY
_ROUND = 5  # minutes: what people choose


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its channel, its moderator, the other members, and when its room opens on schedule."""

    guild: Guild
    channel: Channel
    keeper: Actor
    people: Sequence[Actor]
    zone: str
    times: Sequence[time]
    minutes: int

    def openings(self, since: datetime, until: datetime) -> list[datetime]:
        """Return when its room should open, computed here and not by the bot."""
        zone = ZoneInfo(self.zone)
        first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        moments = [_moment(day, at, zone) for day in days for at in self.times]
        return [moment for moment in moments if since < moment <= until]

    async def set_up(self) -> None:
        """Add the room and its times by command. Raises RuntimeError where that is refused."""
        place = str(self.channel.id)
        await self._done("quiet room add", "Room is ready", channel=place, name="Room", seats=8)
        for at in self.times:
            spoken = {"days": "Mon-Sun", "time": f"{at:%H:%M}", "minutes": self.minutes, "zone": self.zone}
            await self._done("quiet schedule add", "opens by itself", room="Room", **spoken)

    async def _done(self, command: str, expected: str, **options: object) -> None:
        reply = await (await self.keeper.run(command, channel=self.channel, options=options)).settled()
        if expected not in reply.text:
            raise RuntimeError(f"/{command}: {reply.error or reply.text}")


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC"))


def add_servers(box: Sandbox, count: int, people: int, chance: random.Random) -> list[Server]:
    """Add servers with this many people each. Call it before the bot starts: no gateway event is sent."""
    ids = _ids(box)
    return [_server(box, ids, number, people, chance) for number in range(count)]


def _ids(box: Sandbox) -> Iterator[int]:
    known = [*box.world.users, *box.world.guilds, *box.world.guild_of]
    known += [role for guild in box.world.guilds.values() for role in guild.roles]
    last = max(known)
    while True:
        last += _STEP
        yield last


def _server(box: Sandbox, ids: Iterator[int], number: int, people: int, chance: random.Random) -> Server:
    world, bot, now = box.world, box.world.app.user, box.clock.now()
    keeper = User(next(ids), f"keeper{number}", f"Keeper {number}", on_page=False)
    guild = Guild(next(ids), f"Server {number}", keeper.id)
    moderators = Role(next(ids), "Moderators", MODERATORS, position=2)
    managed = Role(next(ids), "Alongside", BOT_PERMISSIONS, managed=True, bot_id=bot.id)
    everyone = Role(guild.id, "@everyone", EVERYONE, position=0)
    guild.roles = {role.id: role for role in (everyone, moderators, managed)}
    others = [
        User(next(ids), f"p{number}x{each}", f"Person {number}x{each}", on_page=False)
        for each in range(people)
    ]
    for user in others:
        guild.members[user.id] = Member(user, [], now)
    guild.members[keeper.id] = Member(keeper, [moderators.id], now)
    guild.members[bot.id] = Member(bot, [managed.id], now)
    channel = Channel(next(ids), ChannelType.TEXT, f"quiet-{number}")
    world.add_guild(guild)
    world.add_channel(guild, channel)
    first = chance.randrange(0, _APART - max(MINUTES), _ROUND)
    minutes_of_day = [first + _APART * each for each in range(_TIMES_A_DAY)]
    return Server(
        guild,
        channel,
        box.person(keeper.id),
        [box.person(user.id) for user in others],
        chance.choice(ZONES),
        [time(*divmod(each, 60)) for each in minutes_of_day],
        chance.choice(MINUTES),
    )
