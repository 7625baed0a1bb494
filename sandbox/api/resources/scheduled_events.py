"""Native scheduled events and who is interested in them."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.api.requests import Answer, Call
from sandbox.api.server import Route
from sandbox.api.validation import limits
from sandbox.state import payloads, permissions, scheduled_events
from sandbox.state.errors import invalid_field, refused, unknown
from sandbox.state.models import ChannelType, EventStatus, Guild, Json, ScheduledEvent
from sandbox.state.permissions import Permission

MOST_OPEN = 100
STAGE, VOICE, EXTERNAL = 1, 2, 3
_MOVES = {
    EventStatus.SCHEDULED: {EventStatus.ACTIVE, EventStatus.CANCELED},
    EventStatus.ACTIVE: {EventStatus.COMPLETED},
}


def _guild(call: Call) -> Guild:
    return call.core.world.get_guild(call.id("guild_id"))


def _event(call: Call) -> ScheduledEvent:
    return call.core.world.get_event(_guild(call), call.id("guild_scheduled_event_id"))


def _list(call: Call) -> Answer:
    count = call.flag("with_user_count")
    events = _guild(call).events.values()
    return Answer([payloads.event(call.core, e, with_count=count) for e in events])


def _get(call: Call) -> Answer:
    count = call.flag("with_user_count")
    return Answer(payloads.event(call.core, _event(call), with_count=count))


def _time(body: Json, name: str) -> datetime | None:
    value = body.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise invalid_field(name, f"Could not parse {value}. Should be ISO8601.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _demand(call: Call, guild: Guild, event: ScheduledEvent, *, editing: bool) -> None:
    """CREATE_EVENTS for one's own, MANAGE_EVENTS for others'; in the channel where it has one."""
    world = call.core.world
    bot = guild.members[world.app.user.id]
    bits = permissions.of_member(guild, bot)
    if event.channel_id is not None:
        channel = guild.channels.get(event.channel_id)
        if channel is None:
            raise unknown("channel")
        bits = permissions.demand(world, channel, Permission.CONNECT)
    enough = bool(bits & Permission.CREATE_EVENTS)
    if editing:
        own = event.creator_id == bot.user.id
        enough = bool(bits & Permission.MANAGE_EVENTS) or (own and enough)
    if not enough:
        raise refused(50013)


def _check(guild: Guild, event: ScheduledEvent) -> None:
    """Return the fields that each kind of event must and must not have."""
    if event.entity_type == EXTERNAL:
        if event.channel_id is not None:
            raise invalid_field("channel_id", "External events have no channel.")
        for name, value in (
            ("entity_metadata.location", event.location),
            ("scheduled_end_time", event.ends_at),
        ):
            if not value:
                raise invalid_field(name, "This field is required", "BASE_TYPE_REQUIRED")
    else:
        channel = guild.channels.get(event.channel_id or 0)
        wanted = ChannelType.VOICE if event.entity_type == VOICE else ChannelType.STAGE
        if channel is None:
            raise invalid_field("channel_id", "This field is required", "BASE_TYPE_REQUIRED")
        if channel.type != wanted or event.location:
            raise invalid_field("entity_type", "The channel's type does not fit.")
    if event.ends_at is not None and event.ends_at <= event.starts_at:
        text = "Cannot schedule event to end before it starts."
        raise invalid_field("scheduled_end_time", text, "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST")


def _not_past(call: Call, event: ScheduledEvent) -> None:
    if event.starts_at <= call.core.clock.now():
        text = "Cannot schedule event in the past."
        raise invalid_field("scheduled_start_time", text, "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST")


def _create(call: Call) -> Answer:
    core = call.core
    guild = _guild(call)
    body = call.body(limits.CREATE_EVENT)
    event = ScheduledEvent(
        id=core.mint.next(),
        guild_id=guild.id,
        name=body["name"],
        starts_at=_time(body, "scheduled_start_time") or core.clock.now(),
        entity_type=body["entity_type"],
        creator_id=core.world.app.user.id,
    )
    _apply(event, body)
    _demand(call, guild, event, editing=False)
    _check(guild, event)
    _not_past(call, event)
    if len(guild.events) >= MOST_OPEN:
        raise refused(30038)
    guild.events[event.id] = event
    core.dispatch("GUILD_SCHEDULED_EVENT_CREATE", payloads.event(core, event), guild.id)
    core.signal("state")
    core.alarm.rearm()
    return Answer(payloads.event(core, event))


def _apply(event: ScheduledEvent, body: Json) -> None:
    event.name = body.get("name") or event.name
    event.description = body.get("description", event.description)
    event.starts_at = _time(body, "scheduled_start_time") or event.starts_at
    event.recurrence_rule = body.get("recurrence_rule", event.recurrence_rule)
    event.entity_type = body.get("entity_type", event.entity_type)
    if "scheduled_end_time" in body:
        event.ends_at = _time(body, "scheduled_end_time")
    if "channel_id" in body:
        event.channel_id = int(body["channel_id"]) if body["channel_id"] else None
    if "entity_metadata" in body:
        event.location = (body["entity_metadata"] or {}).get("location")


def _edit(call: Call) -> Answer:
    core, guild, event = call.core, _guild(call), _event(call)
    body = call.body(limits.EDIT_EVENT)
    _demand(call, guild, event, editing=True)
    status = EventStatus(body.get("status") or event.status)
    if status != event.status and status not in _MOVES.get(event.status, set()):
        raise invalid_field("status", "This status cannot follow the event's status.")
    before = dict(event.__dict__)
    try:
        _apply(event, body)
        _check(guild, event)
        if body.get("scheduled_start_time") and status == EventStatus.SCHEDULED:
            _not_past(call, event)
    except Exception:
        event.__dict__.update(before)
        raise
    scheduled_events.change_status(core, event, status)
    return Answer(payloads.event(core, event))


def _delete(call: Call) -> Answer:
    core, guild, event = call.core, _guild(call), _event(call)
    _demand(call, guild, event, editing=True)
    del guild.events[event.id]
    core.dispatch("GUILD_SCHEDULED_EVENT_DELETE", payloads.event(core, event), guild.id)
    core.signal("state")
    core.alarm.rearm()
    return Answer(None, 204)


def _users(call: Call) -> Answer:
    guild, event = _guild(call), _event(call)
    ids = sorted(event.interested)
    if (after := call.query_id("after")) is not None:
        ids = [i for i in ids if i > after]
    if (before := call.query_id("before")) is not None:
        ids = [i for i in ids if i < before]
    rows = []
    for user_id in ids[: call.number("limit", 100, 100)]:
        row: Json = {
            "guild_scheduled_event_id": str(event.id),
            "user_id": str(user_id),
            "response": 1,
            "user": payloads.user(call.core.world.users[user_id]),
        }
        if call.flag("with_member"):
            row["member"] = payloads.member(guild.members[user_id])
        rows.append(row)
    return Answer(rows)


_ALL = "/guilds/{guild_id}/scheduled-events"
_ONE = f"{_ALL}/{{guild_scheduled_event_id}}"

ROUTES = [
    Route("GET", _ALL, _list),
    Route("POST", _ALL, _create),
    Route("GET", _ONE, _get),
    Route("PATCH", _ONE, _edit),
    Route("DELETE", _ONE, _delete),
    Route("GET", f"{_ONE}/users", _users),
]
