"""Scheduled events and the users who are interested in them."""

from __future__ import annotations

from sandbox.api.requests import Request, Response, iso_time
from sandbox.api.routing import Route
from sandbox.api.validation.scheduled_events import CREATE_EVENT, EDIT_EVENT
from sandbox.state import payloads, permissions, scheduled_events
from sandbox.state.errors import invalid_field, refused, unknown
from sandbox.state.models import ChannelType, EventStatus, Guild, Json, ScheduledEvent
from sandbox.state.permissions import Permission

MAX_OPEN = 100
STAGE, VOICE, EXTERNAL = 1, 2, 3
_NEXT_STATUSES = {
    EventStatus.SCHEDULED: {EventStatus.ACTIVE, EventStatus.CANCELED},
    EventStatus.ACTIVE: {EventStatus.COMPLETED},
}


def _guild(request: Request) -> Guild:
    return request.simulation.world.get_guild(request.id("guild_id"))


def _event(request: Request) -> ScheduledEvent:
    return request.simulation.world.get_event(_guild(request), request.id("guild_scheduled_event_id"))


def _list(request: Request) -> Response:
    count = request.query_flag("with_user_count")
    events = _guild(request).events.values()
    return Response([payloads.event(request.simulation, e, with_count=count) for e in events])


def _get(request: Request) -> Response:
    count = request.query_flag("with_user_count")
    return Response(payloads.event(request.simulation, _event(request), with_count=count))


def _require_permission(request: Request, guild: Guild, event: ScheduledEvent, *, editing: bool) -> None:
    """Require CREATE_EVENTS for new and own events, MANAGE_EVENTS for others', in the event's channel."""
    world = request.simulation.world
    bot = guild.members[world.app.user.id]
    bits = permissions.of_member(guild, bot)
    if event.channel_id is not None:
        channel = guild.channels.get(event.channel_id)
        if channel is None:
            raise unknown("channel")
        bits = permissions.require(world, channel, Permission.CONNECT)
    enough = bool(bits & Permission.CREATE_EVENTS)
    if editing:
        own = event.creator_id == bot.user.id
        enough = bool(bits & Permission.MANAGE_EVENTS) or (own and enough)
    if not enough:
        raise refused(50013)


def _check(guild: Guild, event: ScheduledEvent) -> None:
    """Check the fields that an event of this type must have or cannot have."""
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


def _check_start(request: Request, event: ScheduledEvent) -> None:
    if event.starts_at <= request.simulation.clock.now():
        text = "Cannot schedule event in the past."
        raise invalid_field("scheduled_start_time", text, "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST")


def _create(request: Request) -> Response:
    simulation = request.simulation
    guild = _guild(request)
    body = request.body(CREATE_EVENT)
    event = ScheduledEvent(
        id=simulation.ids.next(),
        guild_id=guild.id,
        name=body["name"],
        starts_at=iso_time(body, "scheduled_start_time") or simulation.clock.now(),
        entity_type=body["entity_type"],
        creator_id=simulation.world.app.user.id,
    )
    _apply(event, body)
    _require_permission(request, guild, event, editing=False)
    _check(guild, event)
    _check_start(request, event)
    if len(guild.events) >= MAX_OPEN:
        raise refused(30038)
    scheduled_events.add(simulation, event)
    return Response(payloads.event(simulation, event))


def _apply(event: ScheduledEvent, body: Json) -> None:
    event.name = body.get("name") or event.name
    event.description = body.get("description", event.description)
    event.starts_at = iso_time(body, "scheduled_start_time") or event.starts_at
    event.recurrence_rule = body.get("recurrence_rule", event.recurrence_rule)
    event.entity_type = body.get("entity_type", event.entity_type)
    if "scheduled_end_time" in body:
        event.ends_at = iso_time(body, "scheduled_end_time")
    if "channel_id" in body:
        event.channel_id = int(body["channel_id"]) if body["channel_id"] else None
    if "entity_metadata" in body:
        event.location = (body["entity_metadata"] or {}).get("location")


def _edit(request: Request) -> Response:
    simulation, guild, event = request.simulation, _guild(request), _event(request)
    body = request.body(EDIT_EVENT)
    _require_permission(request, guild, event, editing=True)
    status = EventStatus(body.get("status") or event.status)
    if status != event.status and status not in _NEXT_STATUSES.get(event.status, set()):
        raise invalid_field("status", "This status cannot follow the event's status.")
    before = dict(event.__dict__)
    try:
        _apply(event, body)
        _check(guild, event)
        if body.get("scheduled_start_time") and status == EventStatus.SCHEDULED:
            _check_start(request, event)
    except Exception:
        event.__dict__.update(before)
        raise
    scheduled_events.change_status(simulation, event, status)
    return Response(payloads.event(simulation, event))


def _delete(request: Request) -> Response:
    simulation, guild, event = request.simulation, _guild(request), _event(request)
    _require_permission(request, guild, event, editing=True)
    scheduled_events.delete(simulation, event)
    return Response(None, 204)


def _users(request: Request) -> Response:
    guild, event = _guild(request), _event(request)
    ids = sorted(event.interested)
    if (after := request.query_id("after")) is not None:
        ids = [i for i in ids if i > after]
    if (before := request.query_id("before")) is not None:
        ids = [i for i in ids if i < before]
    rows = []
    for user_id in ids[: request.query_number("limit", 100, 100)]:
        row: Json = {
            "guild_scheduled_event_id": str(event.id),
            "user_id": str(user_id),
            "response": 1,
            "user": payloads.user(request.simulation.world.users[user_id]),
        }
        if request.query_flag("with_member"):
            row["member"] = payloads.member(guild.members[user_id])
        rows.append(row)
    return Response(rows)


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
