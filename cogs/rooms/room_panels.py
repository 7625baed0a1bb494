"""What the panels of one room look like in set-up: its settings, and questions before something goes."""

from discord import ButtonStyle, ui

from bot.rooms.shown import ShownRoom
from bot.texts.catalogue import Markup, Say
from cogs.rooms import routes
from cogs.rooms.schedule_panels import when
from cogs.ui.links import SHOW_SETUP
from cogs.ui.panels import Component, button, channel_select, panel, select
from cogs.ui.routes import CustomId
from cogs.ui.time_format import at_line_start


def ref(shown: ShownRoom) -> routes.RoomRef:
    """Return the payload of buttons that act on the room as it is shown."""
    return routes.RoomRef(shown.room.room_id, shown.fingerprint)


def page(shown: ShownRoom, say: Say, done: str = "") -> ui.LayoutView:
    """Return the panel of one room; `done` says what was just changed."""
    room = shown.room
    if room.voice_channel_id is None:
        voice = say("setup.voice_off")
    else:
        voice = say("setup.voice_on", where=_mention(room.voice_channel_id))
    choices = [
        voice,
        say("setup.events_on" if room.has_events else "setup.events_off"),
        say("setup.arriving_on" if room.asks_arriving else "setup.arriving_off"),
        say("setup.threads_on" if room.allows_checkin_threads else "setup.threads_off"),
        say("setup.members_open" if room.members_may_open else "setup.moderators_open"),
        say("setup.next_on" if room.shows_next else "setup.next_off"),
    ]
    words = [when(each, say) for each in shown.schedules]
    times = [say("setup.time", when=at_line_start(each)) for each in words]
    named = [(str(each.schedule_id), text) for each, text in zip(shown.schedules, words, strict=True)]
    select_time = select(say("setup.choose_time"), routes.CHOOSE_TIME(), named) if named else None
    heading = say("setup.room", room=room.name, where=_mention(room.channel_id), count=room.capacity)
    return panel(
        [heading, "\n".join(times), "\n".join(choices), done],
        [
            [channel_select(say("setup.move_room"), routes.MOVE_ROOM.of(ref(shown)))],
            _switches(shown, say),
            *([[select_time]] if select_time else []),
            [
                button(say("setup.button.schedule"), routes.ASK_ADD_TIME(room.room_id)),
                button(say("setup.button.edit_room"), routes.ASK_EDIT_ROOM(room.room_id)),
                button(say("setup.button.ask_remove_room"), routes.ASK_REMOVE_ROOM.of(ref(shown))),
                button(say("setup.button.back"), SHOW_SETUP()),
            ],
        ],
    )


def _switches(shown: ShownRoom, say: Say) -> list[Component]:
    room, seen_room = shown.room, ref(shown)
    if room.voice_channel_id is None:
        voice = [button(say("setup.button.voice_on"), routes.ASK_ADD_VOICE(room.room_id))]
    else:
        voice = [button(say("setup.button.voice_off"), routes.LEAVE_VOICE.of(seen_room))]
        if room.bot_made_voice:
            voice.append(button(say("setup.button.voice_gone"), routes.ASK_DELETE_VOICE.of(seen_room)))
    events = "setup.button.events_off" if room.has_events else "setup.button.events_on"
    question = "setup.button.arriving_off" if room.asks_arriving else "setup.button.arriving_on"
    threads = "setup.button.threads_off" if room.allows_checkin_threads else "setup.button.threads_on"
    coming = "setup.button.next_off" if room.shows_next else "setup.button.next_on"
    opening = "setup.button.moderators_open" if room.members_may_open else "setup.button.members_open"
    seen = (room.room_id, shown.fingerprint)
    return [
        *voice,
        button(say(events), routes.SWITCH_EVENTS(*seen, not room.has_events)),
        button(say(question), routes.SWITCH_QUESTION(*seen, not room.asks_arriving)),
        button(say(threads), routes.SWITCH_THREADS(*seen, not room.allows_checkin_threads)),
        button(say(opening), routes.SWITCH_OPENING(*seen, not room.members_may_open)),
        button(say(coming), routes.SWITCH_NEXT(*seen, not room.shows_next)),
    ]


def ask_removal(shown: ShownRoom, say: Say) -> ui.LayoutView:
    """Return the question before a room is removed: it says what goes and what stays."""
    room, count = shown.room, len(shown.schedules)
    goes = [say("setup.remove_room.title", room=room.name)]
    goes += [say("setup.remove_room.times", count=count)] if count else [say("setup.remove_room.no_times")]
    if room.has_events and count:
        goes.append(say("setup.remove_room.events"))
    goes.append(say("setup.remove_room.stays", where=_mention(room.channel_id)))
    seen = (room.room_id, shown.fingerprint)
    buttons = [_danger(say("setup.button.remove_room"), routes.REMOVE_ROOM(*seen, deletes_voice=False))]
    if room.voice_channel_id is not None:
        voice = _mention(room.voice_channel_id)
        key = "setup.remove_room.voice" if room.bot_made_voice else "setup.remove_room.voice_stays"
        goes.append(say(key, where=voice))
        if room.bot_made_voice:
            with_voice = routes.REMOVE_ROOM(*seen, deletes_voice=True)
            buttons.append(_danger(say("setup.button.remove_with_voice"), with_voice))
    keep = button(say("setup.button.keep_room"), routes.SHOW_ROOM(room.room_id))
    return panel(["\n".join(goes)], [[*buttons, keep]])


def ask_voice_deletion(shown: ShownRoom, say: Say) -> ui.LayoutView:
    """Return the question before a voice channel is deleted: it says what goes."""
    room = shown.room
    text = say("setup.delete_voice", room=room.name, where=_mention(room.voice_channel_id or 0))
    delete = _danger(say("setup.button.delete_voice"), routes.DELETE_VOICE.of(ref(shown)))
    keep = button(say("setup.button.keep_voice"), routes.SHOW_ROOM(room.room_id))
    return panel([text], [[delete, keep]])


def _danger(label: str, custom_id: CustomId) -> Component:
    return button(label, custom_id, ButtonStyle.danger)


def _mention(channel_id: int) -> Markup:
    return Markup(f"<#{channel_id}>")
