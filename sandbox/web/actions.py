"""The page's acts: each takes the JSON that the page sent and lets a person do it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.client import modals
from sandbox.client.actor import Actor
from sandbox.client.commands import ClientRefusal
from sandbox.state.models import Json, Message, ScheduledEvent

if TYPE_CHECKING:
    from sandbox.state.simulation import Core

Act = Callable[["Core", Actor, Json], Awaitable[Json | None] | Json | None]
_SILENT_FOR = timedelta(days=21)  # what the app does for itself, such as once a day, is passed at the most
FURTHEST = timedelta(days=366)


def _message(actor: Actor, body: Json) -> Message:
    wanted = int(body["message"])
    for message in actor.sees(body["channel"]):
        if message.id == wanted:
            return message
    raise ClientRefusal("That message is gone.")


def _command(_: Core, actor: Actor, body: Json) -> Json:
    given = body.get("options") or {}
    interaction = actor.begin_run(body["path"], body["channel"], given)
    return {"interaction": str(interaction.id)}


async def _complete(_: Core, actor: Actor, body: Json) -> Json:
    choices = await actor.complete(
        body["path"],
        body["focused"],
        body["text"],
        channel=body["channel"],
        others=body.get("options") or {},
    )
    return {"choices": [{"name": one["name"], "value": one["value"]} for one in choices]}


def _click(_: Core, actor: Actor, body: Json) -> Json:
    interaction = actor.begin_click(_message(actor, body), body["custom_id"])
    return {"interaction": str(interaction.id)}


def _select(_: Core, actor: Actor, body: Json) -> Json:
    values = list(body["values"])
    interaction = actor.begin_choose(_message(actor, body), body["custom_id"], values)
    return {"interaction": str(interaction.id)}


def _modal(core: Core, actor: Actor, body: Json) -> Json:
    opener = core.world.interactions.get(int(body["interaction"]))
    form = modals.modal_of(opener) if opener else None
    if form is None:
        raise ClientRefusal("That form is not open.")
    interaction = actor.begin_submit(form, body["values"])
    return {"interaction": str(interaction.id)}


def _say(_: Core, actor: Actor, body: Json) -> Json:
    return {"message": str(actor.say(body["channel"], body["content"]).id)}


def _delete(_: Core, actor: Actor, body: Json) -> None:
    actor.delete(_message(actor, body))


def _dismiss(core: Core, actor: Actor, body: Json) -> None:
    wanted = int(body["message"])
    places = [c for g in core.world.guilds.values() for c in g.channels.values()]
    for channel in [*places, *core.world.dms.values()]:
        message = channel.messages.get(wanted)
        if message is not None and message.ephemeral_to == actor.user.id:
            actor.delete(message)


def _read(_: Core, actor: Actor, body: Json) -> None:
    actor.read(body["channel"])


def _voice(_: Core, actor: Actor, body: Json) -> None:
    if body["channel"] is None:
        actor.leave_voice()
    else:
        actor.join_voice(body["channel"])


def _interested(core: Core, actor: Actor, body: Json) -> None:
    wanted = int(body["event"])
    event: ScheduledEvent | None = None
    for guild in core.world.guilds.values():
        event = event or guild.events.get(wanted)
    if event is None:
        raise ClientRefusal("That event is over.")
    actor.interested(event, bool(body["on"]))


def _dms(_: Core, actor: Actor, body: Json) -> None:
    (actor.open_dms if body["open"] else actor.close_dms)()


async def _clock(core: Core, _: Actor, body: Json) -> Json:
    if body.get("to") == "next":
        await _move_to_next_event(core)
    else:
        seconds = float(body["by"])
        if not 0 <= seconds <= FURTHEST.total_seconds():
            raise ClientRefusal("The clock moves forward, a year at most.")
        await core.clock.move(core.clock.now() + timedelta(seconds=seconds))
    return {"now": core.clock.unix()}


async def _move_to_next_event(core: Core) -> None:
    """Move to where a person may see something: on past moments at which the app asks nothing."""
    target = core.clock.next_event()
    if target is None:
        raise ClientRefusal("Nothing is planned.")
    furthest = core.clock.now() + _SILENT_FOR
    while target is not None and target < furthest:
        is_native = target in core.clock.native_events()
        asked = len(core.requests)
        await core.clock.move(target)
        if is_native or len(core.requests) > asked:
            return
        target = core.clock.next_event()
    if target is not None:
        await core.clock.move(target)


ACTS: Mapping[str, Act] = {
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
    "clock": _clock,
}
