"""What is saved about a person: every table and column, its purpose, and when it is deleted.

`/my-data`, erasing, `/privacy`, `docs/data.md` and the privacy policy are made from this list. A test walks
the schema and fails on any column that is neither here nor in `NOT_PERSONAL`.
"""

from dataclasses import dataclass

from bot.privacy.consent.model import Purpose


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table with rows about a person.

    `purposes` are those whose consent covers it (none: it is about an open session or a channel check-in in
    view, or it is the consent itself); `what` says what a row is, `until` when it is deleted, `columns`
    what each holds. The statements `export_<table>` and those of `erasing` take a member and a server (or
    None for all of them), `forget_<table>` takes a server.
    """

    table: str
    purposes: tuple[Purpose, ...]
    what: str
    until: str
    columns: dict[str, str]

    @property
    def is_live(self) -> bool:
        """Whether rows are about open sessions or check-ins, and so are left out of backups."""
        return not self.purposes and self.table != "consent"

    def erasing(self, purpose: Purpose | None) -> list[str]:
        """Return the statements that delete a member's rows: those saved for a purpose, or (None) all."""
        if len(self.purposes) <= 1:
            return [f"erase_{self.table}"]
        return [f"erase_{self.table}_of_{each}" for each in self.purposes if purpose in (None, each)]


# What refers to a row of another table is before it: rows are deleted in this order.
PERSONAL = (
    PersonalTable(
        "consent",
        (),
        "what you agreed to",
        "you turn it off, you don't use the bot for twelve months, or its text changed and you don't answer"
        " for thirty days",
        {
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
            "purpose": "what you agreed to",
            "version": "which version of the text you agreed to",
            "granted_at": "when you agreed",
            "active_month": "the month you last used the bot in that server",
        },
    ),
    PersonalTable(
        "seat",
        (),
        "your seat in a session that is open now",
        "you slip out or the session closes",
        {
            "session_id": "the session's room",
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
            "visibility": "how the card shows you (named, counted or hidden)",
            "opened_session": "whether you opened the session and can close it",
            "leaves_at": "when you leave, if you chose a time",
            "sits_again": "whether you want a seat in the session that follows",
        },
    ),
    PersonalTable(
        "arrival",
        (),
        "that you said hello on the card of an open session, not which answer you tapped",
        "the session closes",
        {
            "session_id": "the session's room",
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
        },
    ),
    PersonalTable(
        "channel_checkin_answer",
        (),
        "that you answered a channel check-in, not which answer you tapped",
        "its message is deleted, after twelve hours",
        {
            "channel_checkin_id": "the channel check-in",
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
        },
    ),
    PersonalTable(
        "due",
        (Purpose.CHECKINS, Purpose.ROOM_NOTICES),
        "when your next check-in comes, and which room notices come next",
        "it has come, or you turn off what it is for",
        {
            "due_at": "when the bot does the next step",
            "kind": "what comes",
            "subject_id": "the bot's number for your check-ins or notices",
            "guild_id": "the server's Discord ID",
            "occurs_at": "when it is due",
            "claims": "how many times the bot started to send it",
        },
    ),
    PersonalTable(
        "outbox",
        (Purpose.CHECKINS, Purpose.ROOM_NOTICES),
        "a check-in or a room notice that is being sent right now",
        "it is sent, you turn off what it is for, or thirty days have passed",
        {
            "key": "the bot's number for your check-ins or notices",
            "guild_id": "the server's Discord ID",
            "channel_id": "where it is sent",
            "nonce": "a random number, so that it isn't sent twice",
            "begun_at": "when the bot started to send it",
            "attempts": "how many times the bot started to send it",
        },
    ),
    PersonalTable(
        "cadence",
        (Purpose.CHECKINS,),
        "your check-ins: when they come, and which ones came",
        "check-ins are turned off",
        {
            "cadence_id": "the bot's number for your check-ins",
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
            "dm_channel_id": "the direct messages where they come, 0 until the bot has opened them",
            "thread_id": "the private thread where they come instead",
            "weekdays": "the days you chose",
            "start_minute": "the time of day from which they come",
            "end_minute": "the time of day until which they come",
            "zone": "your time zone",
            "per_week": "at most how many a week",
            "quiet_start_minute": "the start of your quiet hours",
            "quiet_end_minute": "the end of your quiet hours",
            "begins_on": "the day they start, until the first one has come",
            "sound": "whether they make a sound",
            "unanswered": "how many of the latest had no tap, up to four",
            "sent": "how many have been sent",
            "last_sent_on": "the day of the last one",
            "sent_in_week": "how many came in that day's week",
            "texts_sent": "which texts have come, so that they don't repeat soon",
            "prompt_message_id": "the latest message, until your answer is confirmed",
            "tapped": "whether you have answered it",
            "paused_until": "paused until",
            "dms_closed": "whether Discord couldn't deliver the last one",
        },
    ),
    PersonalTable(
        "notice_settings",
        (Purpose.ROOM_NOTICES,),
        "your room notices: how they come, and how many had no tap",
        "room notices are turned off",
        {
            "notice_settings_id": "the bot's number for your notices",
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
            "dm_channel_id": "the direct messages where they come, 0 until the bot has opened them",
            "zone": "the time zone of your quiet hours",
            "quiet_start_minute": "the start of your quiet hours",
            "quiet_end_minute": "the end of your quiet hours",
            "sound": "whether they make a sound",
            "paused_until": "paused until",
            "unanswered": "how many of the latest had no tap, up to four",
            "left_out": "whether the last one was left out, because they come half as often",
            "dms_closed": "whether Discord couldn't deliver the last one",
        },
    ),
    PersonalTable(
        "room_notice",
        (Purpose.ROOM_NOTICES,),
        "a room that you want notices of",
        "you no longer choose it, a moderator removes the room, or room notices are turned off",
        {
            "room_notice_id": "the bot's number for your notices of this room",
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
            "room_id": "the room",
            "session_id": "the session of the notice in your direct messages",
            "message_id": "the notice in your direct messages, until its session closes",
            "next_session_id": "the session of the next notice, until it is sent",
        },
    ),
    PersonalTable(
        "weekly_count",
        (Purpose.WEEKLY_COUNTS,),
        "your weekly counts: how often you took a seat and tapped a check-in",
        "weekly counts are turned off, or 53 weeks have passed",
        {
            "member_id": "your Discord ID",
            "guild_id": "the server's Discord ID",
            "week": "the week, Monday to Sunday",
            "sits": "how often you took a seat or sat again",
            "checkins": "how many check-ins you tapped",
        },
    ),
)

NOT_PERSONAL = {
    "guild": {
        *("guild_id", "zone", "help_contacts", "locale", "removed_at"),
        *("paused_at", "resumes_at"),
        *("moderators_channel_id", "moderators_problem", "moderators_messages"),
    },
    "outage": {
        *("guild_id", "subject", "is_told", "changed_at", "told_at", "message_number"),
    },
    "day_off": {"day_off_id", "guild_id", "first_date", "last_date", "zone"},
    "room": {
        *("room_id", "guild_id", "channel_id", "name", "capacity"),
        *("voice_channel_id", "bot_made_voice", "has_events", "asks_arriving"),
        *("allows_checkin_threads", "members_may_open", "shows_next", "problem", "thread_problem"),
    },
    "schedule": {
        *("schedule_id", "room_id", "weekdays", "local_minute", "zone", "minutes"),
        *("rounds", "every_weeks", "from_date", "until_date", "week_start"),
    },
    "prompt": {"prompt_id", "guild_id", "words"},
    "schedule_change": {"schedule_id", "local_date", "moved_date", "moved_minute"},
    "native_event": {
        *("schedule_id", "guild_id", "event_id", "occurs_at", "local_date", "problem"),
        *("voice_channel_id", "deleted_at"),
    },
    "session": {
        *("session_id", "room_id", "guild_id", "channel_id", "opened_at", "minutes", "rounds"),
        *("closes_at", "nodded_at", "schedule_id", "closed_at", "following_schedule_id"),
    },
    "card": {
        *("room_id", "guild_id", "channel_id", "message_id", "goes_down"),
        *("shown", "requested_at", "revision", "shown_revision"),
    },
    "old_card": {"message_id", "guild_id", "channel_id"},
    "channel_checkin": {
        *("channel_checkin_id", "guild_id", "channel_id", "weekdays", "local_minute", "zone"),
        *("sent", "unanswered", "message_id", "expires_at", "problem"),
    },
    "shared_limit": {"name", "used_until"},
    "deployment": {"name", "value"},
}
