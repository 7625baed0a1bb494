"""What is saved about a person: every table and column, its purpose, and when it is deleted.

`/my-data`, erasing, `/privacy`, `docs/data.md` and the privacy policy are made from this list. What tables
and columns mean is in the catalogue, under `personal`. A test walks the schema and fails on any column that
is neither here nor in `NOT_PERSONAL`.
"""

from dataclasses import dataclass

from bot.privacy.consent.model import Purpose
from bot.texts.catalogue import Markup, Say

# Columns that mean the same in every table that has them.
_SHARED = {
    *("member_id", "guild_id", "dm_channel_id", "dms_closed", "sound", "unanswered", "paused_until"),
    *("quiet_start_minute", "quiet_end_minute", "locale"),
}


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table with rows about a person.

    `purposes` are those whose consent covers it (none: it is about an open session or a channel check-in in
    view, or it is the consent itself). The statements `export_<table>` and those of `erasing` take a member
    and a server (or None for all of them), `forget_<table>` takes a server.
    """

    table: str
    purposes: tuple[Purpose, ...]
    columns: tuple[str, ...]

    def what(self, say: Say) -> Markup:
        """Return what a row is, in a reader's language."""
        return say(f"personal.{self.table}.what")

    def until(self, say: Say) -> Markup:
        """Return when a row is deleted: the end of a sentence that begins with "Saved until"."""
        return say(f"personal.{self.table}.until")

    def meaning(self, column: str, say: Say) -> Markup:
        """Return what a column holds."""
        return say(f"personal.{'shared' if column in _SHARED else self.table}.{column}")

    def meanings(self, say: Say) -> dict[str, Markup]:
        """Return what each column holds."""
        return {column: self.meaning(column, say) for column in self.columns}

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
        ("member_id", "guild_id", "purpose", "version", "granted_at", "active_month"),
    ),
    PersonalTable(
        "seat",
        (),
        (
            *("session_id", "member_id", "guild_id", "visibility", "opened_session"),
            *("leaves_at", "sits_again"),
        ),
    ),
    PersonalTable(
        "arrival",
        (),
        ("session_id", "member_id", "guild_id"),
    ),
    PersonalTable(
        "channel_checkin_answer",
        (),
        ("channel_checkin_id", "member_id", "guild_id"),
    ),
    PersonalTable(
        "due",
        (Purpose.CHECKINS, Purpose.ROOM_NOTICES),
        ("due_at", "kind", "subject_id", "guild_id", "occurs_at", "claims"),
    ),
    PersonalTable(
        "outbox",
        (Purpose.CHECKINS, Purpose.ROOM_NOTICES),
        ("key", "guild_id", "channel_id", "nonce", "begun_at", "attempts"),
    ),
    PersonalTable(
        "cadence",
        (Purpose.CHECKINS,),
        (
            "cadence_id",
            "member_id",
            "guild_id",
            "dm_channel_id",
            "thread_id",
            "weekdays",
            "start_minute",
            "end_minute",
            "zone",
            "per_week",
            "quiet_start_minute",
            "quiet_end_minute",
            "begins_on",
            "sound",
            "unanswered",
            "sent",
            "last_sent_on",
            "sent_in_week",
            "texts_sent",
            "prompt_message_id",
            "tapped",
            "paused_until",
            "dms_closed",
            "locale",
        ),
    ),
    PersonalTable(
        "notice_settings",
        (Purpose.ROOM_NOTICES,),
        (
            "notice_settings_id",
            "member_id",
            "guild_id",
            "dm_channel_id",
            "zone",
            "quiet_start_minute",
            "quiet_end_minute",
            "sound",
            "paused_until",
            "unanswered",
            "left_out",
            "dms_closed",
            "locale",
        ),
    ),
    PersonalTable(
        "room_notice",
        (Purpose.ROOM_NOTICES,),
        (
            "room_notice_id",
            "member_id",
            "guild_id",
            "room_id",
            "session_id",
            "message_id",
            "next_session_id",
        ),
    ),
    PersonalTable(
        "weekly_count",
        (Purpose.WEEKLY_COUNTS,),
        ("member_id", "guild_id", "week", "sits", "checkins"),
    ),
)

NOT_PERSONAL = {
    "guild": {
        *("guild_id", "zone", "is_zone_chosen", "help_contacts", "locale", "removed_at"),
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
    "due": {"shard_range"},
    "shard_layout": {"only_row", "shard_count", "shards_per_range"},
    "shared_limit": {"name", "used_until_us"},
    "deployment": {"name", "value"},
}
