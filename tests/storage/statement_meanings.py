"""What each named statement reads or changes, said in Python: the tests compare the SQL with it.

A statement reads or changes the rows of its table whose keys (such as `guild_id`) have the given values;
an UPDATE writes the other values as they are given. Everything beyond that is in MEANINGS, one long
table: that is why this module is longer than others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.storage.table_statements import GUILD_TABLES, MEMBER_TABLES

Row = dict[str, Any]
LATEST = 253370764800
"""The end of the moments that can be read, in UTC seconds."""


@dataclass(frozen=True, slots=True)
class Case:
    """The input of a check: a row, the values that a statement gets, and the rows of all tables."""

    row: Row
    given: Row
    tables: dict[str, list[Row]]

    def any(self, table: str, *same: str, where: Callable[[Row], bool] = lambda _: True) -> bool:
        """Return whether a table has a row with the same values as this one in some columns."""
        return any(
            all(each[name] == self.row[name] for name in same) and where(each)
            for each in self.tables[table]
        )

    def owner(self, table: str, key: str) -> Row:
        """Return the row of another table that has this one's key; without values if there is none."""
        found = (each for each in self.tables[table] if each[key] == self.row[key])
        return next(found, {"guild_id": None, "name": None, "room_id": None})

    def room(self) -> Row:
        """Return the room that the row belongs to, by its session or its schedule."""
        row = self.row
        for table, key in (("session", "session_id"), ("schedule", "schedule_id")):
            if "room_id" not in row and key in row:
                row = self.owner(table, key)
        return Case(row, self.given, self.tables).owner("room", "room_id")


Rule = Callable[[Case], Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a statement does in addition to what its keys say."""

    where: Rule = lambda _: True
    table: str = ""  # instead of the first one that it names
    keys: tuple[str, ...] | None = None  # instead of the usual ones
    sets: dict[str, Rule] = field(default_factory=dict)  # beyond the given values
    order: tuple[str, ...] = ()
    most: int | None = None
    shows: dict[str, Rule] = field(default_factory=dict)  # columns that are not of the table
    into: dict[str, Any] = field(default_factory=dict)  # an INSERT: further values of the new row
    conflict: tuple[str, ...] = ()  # an INSERT: the key that a row may have already
    keeps: tuple[str, ...] | None = None  # an INSERT: columns of that row that stay; None: the whole row
    leaves: Callable[[Row, dict[str, list[Row]]], Iterable[Row]] | None = None  # the table after it
    count: bool = False  # the result is the number of rows
    result: Callable[[Row, dict[str, list[Row]]], Iterable[Row]] | None = None  # more than a table's rows


def _reserved(given: Row, before: dict[str, list[Row]]) -> list[Row]:
    """Return until when a limit is used once slots are reserved; nothing if none are."""
    used = next(
        (row["used_until_us"] for row in before["shared_limit"] if row["name"] == given["name"]), None
    )
    until = given["from_now_us"]
    if used is not None and given["latest_us"] < used <= given["furthest_us"]:
        return []
    if used is not None and given["now_us"] <= used <= given["furthest_us"]:
        until = used + given["taken_us"]
    return [{"used_until_us": until}]


def _limits_after(given: Row, before: dict[str, list[Row]]) -> list[Row]:
    others = [row for row in before["shared_limit"] if row["name"] != given["name"]]
    found = _reserved(given, before)
    if not found:
        return before["shared_limit"]
    return [*others, {"name": given["name"], **found[0]}]


def _in_page(case: Case) -> bool:
    return bool(case.given["beyond"] < case.row["member_id"] <= case.given["until"])


def _is_in_guild_of_schedule(case: Case) -> bool:
    room = Case({"schedule_id": case.given["schedule_id"]}, case.given, case.tables).room()
    return bool(case.row["guild_id"] == room["guild_id"])


def _is_in_guild(case: Case) -> bool:
    return case.given["guild_id"] in {None, case.row["guild_id"]}


def _is_expired(case: Case) -> bool:
    has_consent = case.any(
        "consent", "member_id", "guild_id", where=lambda each: each["purpose"] == "weekly_counts"
    )
    return _in_page(case) and (case.row["week"] < case.given["week"] or not has_consent)


def _is_claimed(case: Case) -> bool:
    return bool(case.row["due_at"] > case.row["occurs_at"])


# Tables whose ids are subjects of a member's due rows, and those in the keys of a member's messages.
_SUBJECTS = {
    "checkin": "cadence",
    "open_dm": "cadence",
    "room_notice": "room_notice",
    "open_notice_dm": "notice_settings",
}
_KEYS = {"checkin": "cadence", "notice": "room_notice"}
_OF_PURPOSE = {"checkins": {"cadence"}, "room_notices": {"room_notice", "notice_settings"}}
_OF_ANY = {"cadence", "room_notice", "notice_settings"}


def _own_ids(case: Case, table: str) -> set[int]:
    own = (each for each in case.tables[table] if each["member_id"] == case.given["member_id"])
    return {each[f"{table}_id"] for each in own}


def _of_own_due(case: Case, tables: set[str]) -> bool:
    table = _SUBJECTS.get(case.row["kind"], "")
    return table in tables and _is_in_guild(case) and case.row["subject_id"] in _own_ids(case, table)


def _of_own_message(case: Case, tables: set[str]) -> bool:
    own = {
        f"{kind}:{own_id}"
        for kind, table in _KEYS.items()
        if table in tables
        for own_id in _own_ids(case, table)
    }
    return _is_in_guild(case) and case.row["key"] in own


def _notices_in_view(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    channels = {
        (each["member_id"], each["guild_id"]): each["dm_channel_id"] for each in tables["notice_settings"]
    }
    return [
        {"channel_id": channels[each["member_id"], each["guild_id"]], "message_id": each["message_id"]}
        for each in sorted(tables["room_notice"], key=lambda row: int(row["room_notice_id"]))
        if each["member_id"] == given["member_id"]
        and given["guild_id"] in {None, each["guild_id"]}
        and each["message_id"] is not None
        and (each["member_id"], each["guild_id"]) in channels
    ]


def shard_range_of(guild_id: int, tables: dict[str, list[Row]]) -> int:
    """Return the range of shards that a server belongs to."""
    for layout in tables["shard_layout"]:
        return int((guild_id >> 22) % layout["shard_count"] // layout["shards_per_range"])
    return 0


def _due_of_notices(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    """Return what is due once the notices of a room, or of a session, are due."""
    by, at = [each for each in ("guild_id", "room_id", "session_id") if each in given], given["occurs_at"]
    due = {
        each["room_notice_id"]: each["guild_id"]
        for each in tables["room_notice"]
        if all(each[name] == given[name] is not None for name in by)
    }
    left = [dict(each) for each in tables["due"]]
    for each in left:
        if each["kind"] == "room_notice" and due.pop(each["subject_id"], None) is not None:
            each.update(due_at=at, occurs_at=at, claims=0)
    new = {"kind": "room_notice", "due_at": at, "occurs_at": at, "claims": 0}
    for each, guild_id in due.items():
        in_range = shard_range_of(guild_id, tables)
        left.append({**new, "shard_range": in_range, "subject_id": each, "guild_id": guild_id})
    return left


def _ranges_of_notices(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    """Return the ranges of the rows that `_due_of_notices` sets."""
    by = [each for each in ("guild_id", "room_id", "session_id") if each in given]
    own = [
        each["room_notice_id"]
        for each in tables["room_notice"]
        if all(each[name] == given[name] is not None for name in by)
    ]
    due = (each for each in _due_of_notices(given, tables) if each["kind"] == "room_notice")
    return [{"shard_range": each["shard_range"]} for each in due if each["subject_id"] in own]


def _dm_channels(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    rows = [*tables["cadence"], *tables["notice_settings"]]
    own = {each["dm_channel_id"] for each in rows if each["member_id"] == given["member_id"]} - {0}
    return [{"dm_channel_id": each} for each in sorted(own)[:1]]


def _takes_a_place(case: Case) -> bool:
    session_id, shown = case.given["session_id"], case.given["visibility"] != "hidden"
    seats = [each for each in case.tables["seat"] if each["session_id"] == session_id]
    return not shown or sum(each["visibility"] != "hidden" for each in seats) < case.given["capacity"]


def _in_given_session(case: Case) -> bool:
    return any(
        each["room_id"] == case.row["room_id"]
        for each in case.tables["session"]
        if each["session_id"] == case.given["session_id"]
    )


def _agreed(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    own = [
        each for each in tables["consent"] if all(each[n] == given[n] for n in ("member_id", "guild_id"))
    ]
    versions = {(each["purpose"], each["version"]) for each in own}
    return [
        {
            "shows_name": ("show_name", given["show_name"]) in versions,
            "counts_weeks": ("weekly_counts", given["weekly_counts"]) in versions,
            "has_consents": bool(own),
        }
    ]


def _wanted_events(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    """Return the schedules with an event, or in a room that has events; all, or those of what is given."""
    found = []
    for schedule in tables["schedule"]:
        room = Case(schedule, given, tables).room()
        if room["room_id"] is not None:
            found.append((schedule["schedule_id"], room["guild_id"], room["room_id"], room["has_events"]))
    saved = [(each["schedule_id"], each["guild_id"], None, 1) for each in tables["native_event"]]
    if "room_id" in given:
        with_event = {each[0] for each in saved}
        chosen = [
            each[:2] for each in found if each[2] == given["room_id"] and (each[3] or each[0] in with_event)
        ]
    else:
        wanted = {(each[0], each[1]) for each in [*found, *saved] if each[3]}
        columns = {"schedule_id": 0, "guild_id": 1}
        chosen = sorted(
            pair for pair in wanted if all(pair[columns[key]] == value for key, value in given.items())
        )
    return [{"schedule_id": schedule_id, "guild_id": guild_id} for schedule_id, guild_id in chosen]


def _begun_events(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    closes_at = {
        each["room_id"]: each["closes_at"]
        for each in tables["session"]
        if each["session_id"] == given["session_id"]
    }
    rooms = {each["schedule_id"]: each["room_id"] for each in tables["schedule"]}
    return [
        {"schedule_id": each["schedule_id"], "guild_id": each["guild_id"]}
        for each in tables["native_event"]
        if (room_id := rooms.get(each["schedule_id"])) in closes_at
        and (each["occurs_at"] <= given["now"] or each["occurs_at"] == closes_at[room_id])
    ]


def _openings(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    of_room = {each["schedule_id"] for each in tables["schedule"] if each["room_id"] == given["room_id"]}
    due = [
        (each["occurs_at"], each["subject_id"])
        for each in tables["due"]
        if each["kind"] == "open_session"
        and each["subject_id"] in of_room
        and 0 <= each["occurs_at"] <= given["until"]
    ]
    return [{"schedule_id": schedule_id} for _, schedule_id in sorted(due)]


def _backlog(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    overdue = [each["occurs_at"] for each in tables["due"] if each["due_at"] <= given["now"]]
    return [{"overdue": len(overdue), "oldest": min(overdue, default=None)}]


def _can_be_read(row: Row, given: Row) -> bool:
    is_free = f",{row['kind']}:{row['subject_id']}," not in given["under_way"]
    is_own = row["shard_range"] == given["shard_range"]
    return is_own and is_free and 0 <= row["due_at"] <= LATEST and 0 <= row["occurs_at"] <= LATEST


def _next_due(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    rows = [each for each in tables["due"] if _can_be_read(each, given)]
    return [
        {
            "kind": kind,
            "due_at": min((each["due_at"] for each in rows if each["kind"] == kind), default=None),
        }
        for kind in KINDS
    ]


def _claims_now(case: Case) -> bool:
    rows = [
        each
        for each in case.tables["due"]
        if each["kind"] == case.given["kind"]
        and _can_be_read(each, case.given)
        and each["due_at"] <= case.given["now"]
    ]
    first = sorted(rows, key=lambda each: (each["due_at"], each["subject_id"]))[: case.given["most"]]
    return case.row in first


def _removed_at(case: Case) -> int | None:
    at: int | None = Case(case.row, {}, case.tables).owner("guild", "guild_id").get("removed_at")
    return at if at is not None and 0 <= at <= LATEST and case.row["kind"] != "forget_server" else None


def _paused_at(case: Case) -> int | None:
    at: int | None = Case(case.row, {}, case.tables).owner("guild", "guild_id").get("paused_at")
    return at if at is not None and 0 <= at <= LATEST else None


def _since_when_paused(case: Case) -> int | None:
    found = (each["paused_at"] for each in (case.row, case.given))
    return next((at for at in found if at is not None), None)


def _is_held_back(guild: Row) -> bool:
    return guild["removed_at"] is not None or guild["paused_at"] is not None


def _members_after(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    who = {(each["member_id"], each["guild_id"]) for table in MEMBER_TABLES for each in tables[table]}
    after = sorted(each for each in who if each > (given["member_id"], given["guild_id"]))
    return [{"member_id": each[0], "guild_id": each[1]} for each in after[: given["most"]]]


def _seats_of_guild(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    rooms = {each["room_id"] for each in tables["room"] if each["guild_id"] == given["guild_id"]}
    return _with_channels(tables["seat"], tables, rooms)


def _seats_of_member_in_guild(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    seats = [
        each
        for each in tables["seat"]
        if all(each[name] == given[name] is not None for name in ("guild_id", "member_id"))
    ]
    return _with_channels(seats, tables, {each["room_id"] for each in tables["session"]})


def _place_of(session: Row) -> Row:
    return {name: session[name] for name in ("room_id", "channel_id")}


def _with_channels(seats: list[Row], tables: dict[str, list[Row]], rooms: set[int]) -> list[Row]:
    found = [
        {**{name: seat[name] for name in ("session_id", "member_id")}, **_place_of(each)}
        for seat in seats
        for each in tables["session"]
        if each["session_id"] == seat["session_id"] and each["room_id"] in rooms
    ]
    return sorted(found, key=lambda each: (each["session_id"], each["member_id"]))


def _guilds(tables: dict[str, list[Row]]) -> set[int]:
    return {each["guild_id"] for table in GUILD_TABLES for each in tables[table]}


def _known_guilds(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    del given
    removed = {each["guild_id"] for each in tables["guild"] if each["removed_at"] is not None}
    return [{"guild_id": each} for each in sorted(_guilds(tables) - removed)]


def _is_guild_known(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    return [{"known": 1}] if given["guild_id"] in _guilds(tables) else []


def _next_leave_time(given: Row, tables: dict[str, list[Row]]) -> list[Row]:
    at = [each["leaves_at"] for each in tables["seat"] if each["session_id"] == given["session_id"]]
    return [
        {"leaves_at": min((each for each in at if each is not None and 0 <= each <= LATEST), default=None)}
    ]


def _none(_: Case) -> None:
    return None


def _zero(_: Case) -> int:
    return 0


def _one(_: Case) -> int:
    return 1


def _count_on_card(given: Row, tables: dict[str, list[Row]]) -> Iterable[Row]:
    seats, arrivals = (
        [each for each in tables[name] if each["session_id"] == given["session_id"]]
        for name in ("seat", "arrival")
    )
    yield {"seats": sum(each["visibility"] != "hidden" for each in seats), "arrivals": len(arrivals)}


KINDS = (
    *("open_session", "close_session", "card", "old_card", "checkin", "open_dm", "leave_time"),
    *("native_event", "forget_server", "resume_server", "channel_checkin", "channel_checkin_end"),
    *("room_notice", "open_notice_dm", "outages", "retention"),
)
_NEW_GUILD: Row = {"help_contacts": "", "moderators_messages": 0, "is_zone_chosen": 0}
_OF_GUILD = ("zone", "is_zone_chosen", "help_contacts", "moderators_messages")
_NO_ROOM: dict[str, Rule] = {"room_name": _none}
_ROOM: dict[str, Rule] = {"room_name": lambda case: case.room()["name"]}
_CONSENT = ("member_id", "guild_id", "purpose")
_WEEK = ("member_id", "guild_id", "week")
_OF_DUE = ("kind", "subject_id")
_AGREED_TO_WEEKS = Meaning(
    lambda c: c.any(
        "consent", "member_id", "guild_id", where=lambda each: each["purpose"] == "weekly_counts"
    ),
    table="weekly_count",
    shows=_NO_ROOM,
)


def _may_be_outdated(case: Case) -> bool:
    room = case.owner("room", "room_id")
    has_voice = room.get("voice_channel_id") is not None and case.any("session", "room_id")
    return room["room_id"] is not None and (has_voice or case.row["shown_revision"] < case.row["revision"])


MEANINGS: dict[str, Meaning] = {
    # Personal check-ins
    "add_cadence": Meaning(
        into={
            "unanswered": 0,
            "sent": 0,
            "dms_closed": 0,
            "sent_in_week": 0,
            "texts_sent": "",
            "tapped": 0,
        },
        conflict=("member_id", "guild_id"),
        keeps=("sent", "sent_in_week", "texts_sent", "tapped"),
        sets={"dm_channel_id": lambda c: c.given["dm_channel_id"] or c.row["dm_channel_id"]},
    ),
    "use_direct_messages": Meaning(sets={"thread_id": _none, "dms_closed": _zero}),
    "dm_channel_of_member": Meaning(result=_dm_channels),
    "set_dm_channel": Meaning(lambda c: c.row["dm_channel_id"] == 0),
    "threads_of_guild": Meaning(lambda c: c.row["thread_id"] is not None),
    "cadences_due_later": Meaning(
        table="cadence",
        where=lambda c: any(
            each["subject_id"] == c.row["cadence_id"] > c.given["beyond"]
            and each["kind"] == "checkin"
            and each["occurs_at"] > c.given["now"]
            for each in c.tables["due"]
        ),
        order=("cadence_id",),
    ),
    "cadences_of_member": Meaning(order=("guild_id",)),
    # Channel check-ins
    "add_channel_checkin": Meaning(into={"sent": 0, "unanswered": 0}),
    "save_channel_checkin": Meaning(keys=("channel_checkin_id",)),
    "channel_checkins_of_guild": Meaning(order=("channel_checkin_id",)),
    "all_channel_checkins": Meaning(order=("channel_checkin_id",)),
    "add_channel_checkin_answer": Meaning(conflict=("channel_checkin_id", "member_id")),
    "count_channel_checkin_answers": Meaning(count=True),
    "clear_channel_checkin_messages": Meaning(sets={"message_id": _none, "expires_at": _none}),
    # Consents
    "grant_consent": Meaning(conflict=_CONSENT, keeps=()),
    "consents_of_member": Meaning(order=("purpose",)),
    "consents_everywhere": Meaning(order=("guild_id", "purpose")),
    "inactive_consents": Meaning(
        lambda c: _in_page(c) and c.row["active_month"] < c.given["first_month"], order=_CONSENT
    ),
    "outdated_consents": Meaning(
        lambda c: _in_page(c) and c.row["version"] != c.given["version"],
        keys=("purpose",),
        order=("member_id", "guild_id"),
    ),
    "name_counted_seats": Meaning(
        lambda c: c.row["visibility"] == "counted", sets={"visibility": lambda _: "named"}
    ),
    "unname_seats": Meaning(
        lambda c: c.row["visibility"] == "named", sets={"visibility": lambda _: "counted"}
    ),
    "find_expired_weeks": Meaning(_is_expired, keys=(), most=1),
    "delete_expired_weeks": Meaning(_is_expired, keys=()),
    # Native events
    "events_of_guild": Meaning(order=("schedule_id",)),
    "set_event": Meaning(conflict=("schedule_id",), keeps=("guild_id",), sets={"deleted_at": _none}),
    "event_by_id": Meaning(keys=("guild_id", "event_id")),
    "note_event_deleted": Meaning(sets={"event_id": _none}),
    "events_deleted_since": Meaning(
        lambda c: c.row["deleted_at"] is not None and c.row["deleted_at"] >= c.given["since"],
        keys=("guild_id", "voice_channel_id"),
        order=("schedule_id",),
    ),
    "event_of_schedule": Meaning(result=_wanted_events),
    "events_of_room": Meaning(result=_wanted_events),
    "events_wanted": Meaning(result=_wanted_events),
    "events_wanted_in_guild": Meaning(result=_wanted_events),
    "begin_event": Meaning(
        lambda c: c.row["occurs_at"] == c.given["planned_at"] and c.row["occurs_at"] > c.given["occurs_at"]
    ),
    "begun_events_of_session": Meaning(result=_begun_events),
    # Servers
    "removed_guilds": Meaning(lambda c: c.row["removed_at"] is not None),
    "set_locale": Meaning(into=_NEW_GUILD, conflict=("guild_id",), keeps=_OF_GUILD),
    "set_removed_at": Meaning(
        lambda c: c.row["removed_at"] is None,
        into=_NEW_GUILD,
        conflict=("guild_id",),
        keeps=_OF_GUILD,
    ),
    "clear_removed_at": Meaning(lambda c: c.row["removed_at"] is not None, sets={"removed_at": _none}),
    "pause_guild": Meaning(
        into=_NEW_GUILD,
        conflict=("guild_id",),
        keeps=_OF_GUILD,
        sets={"paused_at": _since_when_paused},
    ),
    "resume_guild": Meaning(
        lambda c: c.row["paused_at"] is not None, sets={"paused_at": _none, "resumes_at": _none}
    ),
    "set_moderators_channel": Meaning(
        into=_NEW_GUILD,
        conflict=("guild_id",),
        keeps=_OF_GUILD,
        sets={"moderators_problem": _none},
    ),
    "guilds_with_moderators_channel": Meaning(
        lambda c: c.row["moderators_channel_id"] is not None and c.row["removed_at"] is None
    ),
    "set_outage": Meaning(conflict=("guild_id", "subject"), keeps=()),
    "set_zone": Meaning(
        into=_NEW_GUILD | {"is_zone_chosen": 1},
        conflict=("guild_id",),
        keeps=("help_contacts", "moderators_messages"),
        sets={"is_zone_chosen": lambda _: 1},
    ),
    "set_help_contacts": Meaning(
        into={"moderators_messages": 0, "is_zone_chosen": 0},
        conflict=("guild_id",),
        keeps=("zone", "is_zone_chosen", "moderators_messages"),
    ),
    "set_deployment": Meaning(conflict=("name",), keeps=()),
    # Limits of the deployment
    "reserve_slots": Meaning(leaves=_limits_after, result=_reserved),
    "extend_used_until": Meaning(
        lambda c: c.row["used_until_us"] < c.given["used_until_us"], conflict=("name",), keeps=()
    ),
    # All rows of a server
    **{
        f"saved_{table}": Meaning(shows=_NO_ROOM)
        for table in (
            *("guild", "day_off", "outage", "native_event", "consent", "cadence", "channel_checkin"),
            *("due", "outbox", "notice_settings", "room_notice"),
        )
    },
    **{
        f"saved_{table}": Meaning(
            lambda c: c.room()["guild_id"] == c.given["guild_id"], table=table, keys=(), shows=_ROOM
        )
        for table in ("room", "schedule", "schedule_change", "session", "seat")
    },
    "saved_weekly_count": _AGREED_TO_WEEKS,
    # Personal data
    **{f"export_{table}": Meaning(_is_in_guild, keys=("member_id",)) for table in MEMBER_TABLES},
    **{f"erase_{table}": Meaning(_is_in_guild, keys=("member_id",)) for table in MEMBER_TABLES},
    "export_due": Meaning(lambda c: _of_own_due(c, _OF_ANY), keys=(), order=("guild_id", "kind")),
    "export_outbox": Meaning(lambda c: _of_own_message(c, _OF_ANY), keys=(), order=("guild_id", "key")),
    **{
        f"erase_{table}_of_{purpose}": Meaning(partial(is_own, tables=tables), keys=())
        for table, is_own in (("due", _of_own_due), ("outbox", _of_own_message))
        for purpose, tables in _OF_PURPOSE.items()
    },
    "forget_due": Meaning(lambda c: c.row["kind"] != "forget_server"),
    "members_after": Meaning(result=_members_after),
    "known_guilds": Meaning(result=_known_guilds),
    "is_guild_known": Meaning(result=_is_guild_known),
    # The outbox
    "add_intent": Meaning(
        into={"attempts": 1},
        conflict=("key",),
        keeps=("guild_id", "channel_id", "nonce", "begun_at"),
        sets={"attempts": lambda c: c.row["attempts"] + 1},
    ),
    "remove_old_intents": Meaning(lambda c: c.row["begun_at"] < c.given["before"]),
    "remove_intents_of_cards": Meaning(lambda c: c.row["key"].startswith("card:")),
    # Prompts
    "prompts_of_guild": Meaning(order=("prompt_id",)),
    "add_prompt": Meaning(
        lambda c: (
            sum(each["guild_id"] == c.given["guild_id"] for each in c.tables["prompt"]) < c.given["most"]
        ),
        conflict=("guild_id", "words"),
    ),
    # What is due
    "next_due": Meaning(result=_next_due),
    "claim_due": Meaning(
        _claims_now,
        keys=("kind", "shard_range"),
        sets={"due_at": lambda c: c.given["lease_until"], "claims": lambda c: c.row["claims"] + 1},
        shows={"removed_at": _removed_at, "paused_at": _paused_at},
        most=10**6,
    ),
    "renew_due": Meaning(
        lambda c: c.row["due_at"] == c.given["held_until"], sets={"due_at": lambda c: c.given["until"]}
    ),
    "park_due": Meaning(_is_claimed, sets={"due_at": lambda c: c.given["until"], "claims": _zero}),
    "hold_due": Meaning(
        lambda c: c.any("guild", "guild_id", where=_is_held_back),
        sets={"due_at": lambda c: c.given["until"], "claims": _zero},
    ),
    "release_due": Meaning(
        lambda c: _is_claimed(c) and c.row["claims"] > 0, sets={"due_at": lambda c: c.row["occurs_at"]}
    ),
    "resume_due_of_guild": Meaning(_is_claimed, sets={"due_at": lambda c: c.row["occurs_at"]}),
    "set_due": Meaning(
        into={"claims": 0},
        conflict=_OF_DUE,
        keeps=("guild_id",),
        sets={"due_at": lambda c: c.given["occurs_at"]},
    ),
    "reschedule_claimed_due": Meaning(
        _is_claimed, sets={"due_at": lambda c: c.given["occurs_at"], "claims": _zero}
    ),
    "cancel_claimed_due": Meaning(_is_claimed),
    "count_backlog": Meaning(result=_backlog),
    # Days off
    "days_off_of_guild": Meaning(order=("first_date", "day_off_id")),
    "days_off_of_schedule": Meaning(_is_in_guild_of_schedule, keys=(), order=("first_date", "day_off_id")),
    # Room notices
    "add_notice_settings": Meaning(
        into={"sound": 0, "unanswered": 0, "left_out": 0, "dms_closed": 0},
        conflict=("member_id", "guild_id"),
        keeps=("zone", "quiet_start_minute", "quiet_end_minute", "sound"),
        sets={"dm_channel_id": lambda c: c.given["dm_channel_id"] or c.row["dm_channel_id"]},
    ),
    "notice_settings_everywhere": Meaning(order=("guild_id",)),
    "set_notice_dm_channel": Meaning(lambda c: c.row["dm_channel_id"] == 0),
    "note_seat_taken": Meaning(
        lambda c: c.row["unanswered"] > 0 or c.row["left_out"] == 1,
        sets={"unanswered": _zero, "left_out": _zero},
    ),
    "add_room_notice": Meaning(conflict=("member_id", "guild_id", "room_id")),
    "room_notices_of_member": Meaning(order=("room_id",)),
    "save_room_notice": Meaning(keys=("room_notice_id",)),
    "set_next_session": Meaning(keys=("guild_id", "room_id")),
    "notices_in_view": Meaning(result=_notices_in_view),
    "set_due_of_room_notices": Meaning(leaves=_due_of_notices, result=_ranges_of_notices),
    "set_due_of_session_notices": Meaning(leaves=_due_of_notices, result=_ranges_of_notices),
    # Rooms and schedules
    "add_room": Meaning(
        into={
            "bot_made_voice": 0,
            "has_events": 0,
            "asks_arriving": 0,
            "allows_checkin_threads": 0,
            "members_may_open": 1,
            "shows_next": 1,
        },
        conflict=("guild_id", "name"),
    ),
    "room_of_session": Meaning(_in_given_session, keys=()),
    "room_of_schedule": Meaning(
        lambda c: c.any("schedule", "room_id", where=lambda s: s["schedule_id"] == c.given["schedule_id"]),
        keys=(),
    ),
    "rooms_of_guild": Meaning(order=("room_id",)),
    "set_allows_checkin_threads": Meaning(sets={"thread_problem": _none}),
    "set_thread_problem": Meaning(keys=("guild_id", "channel_id")),
    "move_room": Meaning(sets={"problem": _none, "thread_problem": _none}),
    "schedules_of_room": Meaning(order=("schedule_id",)),
    "all_schedules": Meaning(order=("schedule_id",)),
    "set_change": Meaning(conflict=("schedule_id", "local_date"), keeps=()),
    "changes_of_schedule": Meaning(order=("local_date",)),
    # Sessions and seats
    "open_session": Meaning(conflict=("room_id",)),
    "openings_due": Meaning(result=_openings),
    "take_seat": Meaning(_takes_a_place, into={"sits_again": 0}, conflict=("session_id", "member_id")),
    "carry_seat": Meaning(into={"sits_again": 0}),
    "set_visibility": Meaning(
        lambda c: c.row["visibility"] != "hidden" or _takes_a_place(c), keys=("session_id", "member_id")
    ),
    "seats_of_session": Meaning(order=("member_id",)),
    "seats_sitting_again": Meaning(lambda c: c.row["sits_again"] == 1, order=("member_id",)),
    "set_following_schedule": Meaning(lambda c: c.row["following_schedule_id"] is None),
    "remove_expired_seats": Meaning(
        lambda c: c.row["leaves_at"] is not None and c.row["leaves_at"] <= c.given["now"]
    ),
    "next_leaves_at": Meaning(result=_next_leave_time),
    "add_arrival": Meaning(conflict=("session_id", "member_id")),
    "get_seat_consents": Meaning(result=_agreed),
    "count_on_card": Meaning(result=_count_on_card),
    "named_seats": Meaning(lambda c: c.row["visibility"] == "named", order=("member_id",)),
    # Cards
    "add_card": Meaning(
        into={"goes_down": 0, "shown": 0, "revision": 0, "shown_revision": 0}, conflict=("room_id",)
    ),
    "send_card_down": Meaning(sets={"goes_down": _one}),
    "stay_in_place": Meaning(sets={"goes_down": _zero}),
    "set_posted_card": Meaning(keys=("room_id",), sets={"goes_down": _zero}),
    "lose_card": Meaning(sets={"message_id": _none, "goes_down": _zero, "shown": _zero}),
    "note_shown": Meaning(
        lambda c: c.row["message_id"] in {None, c.given["message_id"]},
        keys=("room_id",),
        sets={"shown_revision": lambda c: max(c.row["shown_revision"], c.given["shown_revision"])},
    ),
    "note_shown_revision": Meaning(lambda c: c.row["shown_revision"] < c.given["shown_revision"]),
    "outdated_cards": Meaning(_may_be_outdated, order=("room_id",)),
    "card_of_session": Meaning(_in_given_session, keys=()),
    "cards_of_guild": Meaning(
        lambda c: c.owner("room", "room_id")["guild_id"] == c.given["guild_id"], keys=(), order=("room_id",)
    ),
    "cards_of_voice_channel": Meaning(
        lambda c: c.any(
            "room",
            "room_id",
            where=lambda room: (
                room["guild_id"] == c.given["guild_id"]
                and room["voice_channel_id"] == c.given["voice_channel_id"] is not None
            ),
        ),
        keys=(),
        order=("room_id",),
    ),
    "add_old_card": Meaning(conflict=("message_id",)),
    "seats_of_guild": Meaning(result=_seats_of_guild),
    "seats_of_member_in_guild": Meaning(result=_seats_of_member_in_guild),
    "clear_problem_of_room": Meaning(lambda c: c.row["problem"] is not None, sets={"problem": _none}),
    # Weekly counts
    "count_sit": Meaning(
        into={"sits": 1, "checkins": 0},
        conflict=_WEEK,
        keeps=("checkins",),
        sets={"sits": lambda c: c.row["sits"] + 1},
    ),
    "count_checkin": Meaning(
        into={"sits": 0, "checkins": 1},
        conflict=_WEEK,
        keeps=("sits",),
        sets={"checkins": lambda c: c.row["checkins"] + 1},
    ),
    "weeks_of_member": Meaning(order=("week",)),
    "read_any_row": Meaning(most=1),
    "count_sessions": Meaning(count=True),
}
