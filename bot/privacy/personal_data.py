"""What is kept about a person: every table and column, for what, until when, how it is given and erased.

Export, erasure, `/privacy` and `docs/data.md` are all made from this page. A test walks the schema and
fails on any column that stands neither here nor in `NOT_PERSONAL`.
"""

from dataclasses import dataclass

from bot.privacy.consent.model import Consent, Purpose
from bot.storage.database import Statements
from bot.storage.record import Stored


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table with rows about a person.

    `purpose` is the consent that covers it (None: live state of an open session, or the consent
    itself); `columns` says what each holds; `until` when a row goes. The statements `export_<table>` and
    `erase_<table>` take a member and a server (or None for all); `forget_<table>` takes a server.
    """

    table: str
    purpose: Purpose | None
    what: str
    until: str
    columns: dict[str, str]

    @property
    def is_live(self) -> bool:
        """Whether rows are of what is open now, and no backup may hold them."""
        return self.purpose is None and self.table != "consent"


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended with a purpose: the yes, how many rows went, and sessions whose card named the member."""

    consent: Consent | None
    count: int
    unnamed: tuple[int, ...] = ()


PERSONAL = (
    PersonalTable(
        "consent",
        None,
        "what you said yes to",
        "you withdraw it, or twelve months pass without a tap, or thirty days after its text changed",
        {
            "member_id": "your Discord id",
            "guild_id": "the server's Discord id",
            "purpose": "what for",
            "version": "which version of the text",
            "granted_at": "when",
            "active_month": "the month of your last tap in that server",
        },
    ),
    PersonalTable(
        "seat",
        None,
        "that you sit in a session that is open now, and how you show there",
        "you slip out or the session closes",
        {
            "session_id": "the session",
            "member_id": "your Discord id",
            "guild_id": "the server's Discord id",
            "visibility": "named, counted or hidden",
            "opened_session": "whether you opened the session, and so may close it",
            "leaves_at": "when you leave before the session closes, if you chose so",
        },
    ),
    PersonalTable(
        "arrival",
        None,
        "that you answered the arriving question of an open session, not what you answered",
        "the session closes",
        {
            "session_id": "the session",
            "member_id": "your Discord id",
            "guild_id": "the server's Discord id",
        },
    ),
    PersonalTable(
        "channel_checkin_answer",
        None,
        "that you stopped by at the open check-in in view, not what you answered",
        "it goes away, after twelve hours",
        {
            "channel_checkin_id": "the open check-in",
            "member_id": "your Discord id",
            "guild_id": "the server's Discord id",
        },
    ),
    PersonalTable(
        "due",
        Purpose.CHECKINS,
        "when your next check-in comes",
        "your yes to check-ins ends",
        {
            "due_at": "when to look at it",
            "kind": "what it is",
            "subject_id": "your check-ins' number here",
            "guild_id": "the server's Discord id",
            "occurs_at": "when it comes",
            "claims": "how often sending it was begun",
        },
    ),
    PersonalTable(
        "outbox",
        Purpose.CHECKINS,
        "a check-in that is just being sent",
        "it is sent, your yes to check-ins ends, or thirty days pass",
        {
            "key": "your check-ins' number here",
            "guild_id": "the server's Discord id",
            "channel_id": "where it is sent to",
            "nonce": "a random mark, so that it is not sent twice",
            "begun_at": "when sending it was begun",
            "attempts": "how often sending it was begun",
        },
    ),
    PersonalTable(
        "cadence",
        Purpose.CHECKINS,
        "the check-ins that you asked for, and how they have eased",
        "your yes to check-ins ends",
        {
            "cadence_id": "a number of our own",
            "member_id": "your Discord id",
            "guild_id": "the server's Discord id",
            "dm_channel_id": "the direct messages that they come to",
            "thread_id": "the private thread that they come to instead",
            "weekdays": "the days you chose",
            "start_minute": "from when in the day",
            "end_minute": "until when in the day",
            "zone": "your time zone",
            "per_week": "how many a week at most",
            "quiet_start_minute": "from when nothing may come",
            "quiet_end_minute": "until when nothing may come",
            "begins_on": "the day they begin, until the first has come",
            "sound": "whether they may make a sound",
            "unanswered": "how many in sequence had no tap, up to four",
            "sent": "how many were sent",
            "last_sent_on": "the day of the newest one",
            "sent_in_week": "how many came in that day's week, to keep to your maximum",
            "texts_sent": "which words came so far, to vary them",
            "prompt_message_id": "the one in view, until its answer is shown",
            "tapped": "that its answer is on its way",
            "paused_until": "until when you paused them",
            "dms_closed": "that Discord could not deliver them",
        },
    ),
    PersonalTable(
        "weekly_count",
        Purpose.WEEKLY_COUNTS,
        "how often you sat and tapped a check-in, by week",
        "your yes to it ends, or 53 weeks have passed",
        {
            "member_id": "your Discord id",
            "guild_id": "the server's Discord id",
            "week": "the ISO week",
            "sits": "seats taken in that week",
            "checkins": "check-ins tapped in that week",
        },
    ),
)

NOT_PERSONAL = {
    "guild": {"guild_id", "zone", "help_contacts", "locale", "removed_at"},
    "room": {
        *("room_id", "guild_id", "channel_id", "name", "capacity"),
        *("voice_channel_id", "bot_made_voice", "has_events", "asks_arriving"),
        *("allows_checkin_threads", "problem"),
    },
    "schedule": {
        *("schedule_id", "room_id", "weekdays", "local_minute", "zone", "minutes"),
        *("every_weeks", "from_date", "until_date"),
    },
    "prompt": {"prompt_id", "guild_id", "words"},
    "schedule_change": {"schedule_id", "local_date", "moved_date", "moved_minute"},
    "native_event": {"schedule_id", "guild_id", "event_id", "occurs_at", "local_date", "problem"},
    "session": {
        *("session_id", "room_id", "guild_id", "channel_id", "message_id", "opened_at", "minutes"),
        *("nodded_at", "schedule_id", "extra_minutes", "closed_at"),
        *("shown_phase", "requests_spent", "revision", "shown_revision"),
    },
    "weekly_total": {"guild_id", "week", "sits", "checkins"},
    "channel_checkin": {
        *("channel_checkin_id", "guild_id", "channel_id", "weekdays", "local_minute", "zone"),
        *("sent", "unanswered", "message_id", "expires_at", "problem"),
    },
    "deployment": {"name", "value"},
}


async def export(
    read: Statements, member_id: int, guild_id: int | None
) -> dict[str, list[dict[str, Stored]]]:
    """Return every row about a member by table, in one server or (None) in all."""
    return {
        table.table: await read.rows(f"export_{table.table}", member_id=member_id, guild_id=guild_id)
        for table in PERSONAL
    }


async def erase(
    tx: Statements, member_id: int, guild_id: int | None, purpose: Purpose | None = None
) -> int:
    """Delete the rows about a member, of one purpose or (None) of all, and return how many they were.

    Tables are erased in the order of `PERSONAL`: what points at a row goes before it.
    """
    return sum(
        [
            await tx.run(f"erase_{table.table}", member_id=member_id, guild_id=guild_id)
            for table in PERSONAL
            if purpose is None or table.purpose is purpose
        ]
    )


async def end(tx: Statements, member_id: int, guild_id: int, purpose: Purpose) -> Ended:
    """Delete a yes and what it kept. A seat that showed the name stays, and is counted."""
    count = await erase(tx, member_id, guild_id, purpose)
    consent = await tx.one(
        Consent, "remove_consent", member_id=member_id, guild_id=guild_id, purpose=purpose
    )
    unnamed: tuple[int, ...] = ()
    if purpose is Purpose.SHOW_NAME:
        rows = await tx.rows("unname_seats", member_id=member_id, guild_id=guild_id)
        unnamed = tuple(int(row["session_id"] or 0) for row in rows)
    return Ended(consent, count + (consent is not None), unnamed)


async def erase_live(tx: Statements, member_id: int, guild_id: int) -> int:
    """Delete the rows of what is open now about a member in a server, and return how many they were."""
    return sum(
        [
            await tx.run(f"erase_{table.table}", member_id=member_id, guild_id=guild_id)
            for table in PERSONAL
            if table.is_live
        ]
    )


async def forget_members(tx: Statements, guild_id: int) -> None:
    """Delete the rows about all members of a server, in the order of `PERSONAL`."""
    for table in PERSONAL:
        await tx.run(f"forget_{table.table}", guild_id=guild_id)
