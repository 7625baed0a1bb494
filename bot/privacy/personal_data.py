"""What is saved about a person: every table and column, its purpose, and when it is deleted.

`/my-data`, erasing, `/privacy`, `docs/data.md` and the privacy policy are made from this list. A test walks
the schema and fails on any column that is neither here nor in `NOT_PERSONAL`.
"""

from dataclasses import dataclass

from bot.privacy.consent.model import Purpose


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table with rows about a person.

    `purpose` is the one whose consent covers it (None: it is about an open session or a channel check-in in
    view, or it is the consent itself); `what` says what a row is, `until` when it is deleted, `columns`
    what each holds. The statements `export_<table>` and `erase_<table>` take a member and a server (or None
    for all of them), `forget_<table>` takes a server.
    """

    table: str
    purpose: Purpose | None
    what: str
    until: str
    columns: dict[str, str]

    @property
    def is_live(self) -> bool:
        """Whether rows are about open sessions or check-ins, and so are left out of backups."""
        return self.purpose is None and self.table != "consent"


# What refers to a row of another table is before it: rows are deleted in this order.
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
            "dm_channel_id": "the direct messages that they come to, 0 until these are opened",
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
            "week": "the week, Monday to Sunday",
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
        *("allows_checkin_threads", "members_may_open", "problem", "thread_problem"),
    },
    "schedule": {
        *("schedule_id", "room_id", "weekdays", "local_minute", "zone", "minutes"),
        *("every_weeks", "from_date", "until_date", "week_start"),
    },
    "prompt": {"prompt_id", "guild_id", "words"},
    "schedule_change": {"schedule_id", "local_date", "moved_date", "moved_minute"},
    "native_event": {
        *("schedule_id", "guild_id", "event_id", "occurs_at", "local_date", "problem"),
        *("voice_channel_id", "deleted_at"),
    },
    "session": {
        *("session_id", "room_id", "guild_id", "channel_id", "opened_at", "minutes", "rounds"),
        *("closes_at", "nodded_at", "schedule_id", "closed_at"),
    },
    "card": {
        *("room_id", "guild_id", "message_id", "shown_phase"),
        *("requests_spent", "revision", "shown_revision"),
    },
    "channel_checkin": {
        *("channel_checkin_id", "guild_id", "channel_id", "weekdays", "local_minute", "zone"),
        *("sent", "unanswered", "message_id", "expires_at", "problem"),
    },
    "shared_limit": {"name", "used_until"},
    "deployment": {"name", "value"},
}
