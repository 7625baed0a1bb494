"""What a person can do on the page. Each action gets the JSON that the page has sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sandbox.client.actor import Actor
from sandbox.client.errors import ClientRefusal
from sandbox.client.modals import find_modal
from sandbox.state.models import Json, Message, ScheduledEvent
from sandbox.state.simulation import Simulation

MAX_SILENT_MOVE = timedelta(days=21)  # to pass alarms such as the bot's daily work
MAX_MOVE = timedelta(days=366)


@dataclass(frozen=True)
class Context:
    """Who acts, and where; `count_requests` returns how many REST requests the bot has made."""

    simulation: Simulation
    actor: Actor
    count_requests: Callable[[], int]


Action = Callable[[Context, Json], Awaitable[Json | None] | Json | None]


def _message(context: Context, body: Json) -> Message:
    wanted = int(body["message"])
    for message in context.actor.sees(body["channel"]):
        if message.id == wanted:
            return message
    raise ClientRefusal("That message no longer exists.")


def _command(context: Context, body: Json) -> Json:
    given = body.get("options") or {}
    interaction = context.actor.begin_run(body["path"], body["channel"], given)
    return {"interaction": str(interaction.id)}


async def _complete(context: Context, body: Json) -> Json:
    choices = await context.actor.complete(
        body["path"],
        body["focused"],
        body["text"],
        channel=body["channel"],
        others=body.get("options") or {},
    )
    return {"choices": [{"name": one["name"], "value": one["value"]} for one in choices]}


def _click(context: Context, body: Json) -> Json:
    interaction = context.actor.begin_click(_message(context, body), body["custom_id"])
    return {"interaction": str(interaction.id)}


def _select(context: Context, body: Json) -> Json:
    values = list(body["values"])
    interaction = context.actor.begin_choose(_message(context, body), body["custom_id"], values)
    return {"interaction": str(interaction.id)}


def _modal(context: Context, body: Json) -> Json:
    opener = context.simulation.world.interactions.get(int(body["interaction"]))
    form = find_modal(opener) if opener else None
    if form is None:
        raise ClientRefusal("That form is not open.")
    interaction = context.actor.begin_submit(form, body["values"])
    return {"interaction": str(interaction.id)}


def _say(context: Context, body: Json) -> Json:
    return {"message": str(context.actor.say(body["channel"], body["content"]).id)}


def _delete(context: Context, body: Json) -> None:
    context.actor.delete(_message(context, body))


def _dismiss(context: Context, body: Json) -> None:
    wanted = int(body["message"])
    for channel in context.simulation.world.channels():
        message = channel.messages.get(wanted)
        if message is not None and message.ephemeral_to == context.actor.user.id:
            context.actor.delete(message)


def _read(context: Context, body: Json) -> None:
    context.actor.read(body["channel"])


def _voice(context: Context, body: Json) -> None:
    if body["channel"] is None:
        context.actor.leave_voice()
    else:
        context.actor.join_voice(body["channel"])


def _interested(context: Context, body: Json) -> None:
    wanted = int(body["event"])
    event: ScheduledEvent | None = None
    for guild in context.simulation.world.guilds.values():
        event = event or guild.events.get(wanted)
    if event is None:
        raise ClientRefusal("That event is over.")
    context.actor.interested(event, bool(body["on"]))


def _language(context: Context, body: Json) -> None:
    context.actor.choose_language(str(body["locale"]))


def _dms(context: Context, body: Json) -> None:
    (context.actor.open_dms if body["open"] else context.actor.close_dms)()


async def _clock(context: Context, body: Json) -> Json:
    happened = True
    if body.get("to") == "next":
        happened = await _move_to_next_event(context)
    else:
        seconds = float(body["by"])
        if not 0 <= seconds <= MAX_MOVE.total_seconds():
            raise ClientRefusal("The clock can only move forward, by at most a year.")
        await context.simulation.clock.move(context.simulation.clock.now() + timedelta(seconds=seconds))
    return {"now": context.simulation.clock.unix(), "happened": happened}


async def _move_to_next_event(context: Context) -> bool:
    """Move past the alarms at which the bot does nothing that a person could see.

    Return whether something happened in the end.
    """
    target = context.simulation.clock.next_event()
    if target is None:
        raise ClientRefusal("Nothing is planned.")
    furthest = context.simulation.clock.now() + MAX_SILENT_MOVE
    while target is not None and target < furthest:
        is_scheduled = target in context.simulation.clock.scheduled_times()
        requests = context.count_requests()
        await context.simulation.clock.move(target)
        if is_scheduled or context.count_requests() > requests:
            return True
        target = context.simulation.clock.next_event()
    requests = context.count_requests()
    if target is not None:
        await context.simulation.clock.move(target)
    return context.count_requests() > requests


def _bot_permissions(context: Context, body: Json) -> None:
    guild = context.simulation.world.guilds[int(body["guild"])]
    context.actor.moderate(guild).limit_bot(int(body["permissions"]))


ACTIONS: Mapping[str, Action] = {
    "command": _command,
    "complete": _complete,
    "click": _click,
    "select": _select,
    "modal": _modal,
    "say": _say,
    "delete": _delete,
    "dismiss": _dismiss,
    "read": _read,
    "voice": _voice,
    "interested": _interested,
    "dms": _dms,
    "language": _language,
    "bot_permissions": _bot_permissions,
    "clock": _clock,
}
