"""Statements that differ only in the table: each is written once here and generated for every table.

A new table is added to one of the lists below; tests compare them with the schema. Tables whose rows are
about a member without naming them (`due`, `outbox`) have statements in `queries/personal_data.sql`.
"""

LIVE_TABLES = ("seat", "arrival", "channel_checkin_answer")
"""Tables about what is open now, with a member's and a server's id. They are in no backup."""

MEMBER_TABLES = ("consent", *LIVE_TABLES, "cadence", "notice_settings", "room_notice", "weekly_count")
"""Tables with a member's and a server's id."""

GUILD_TABLES = (
    *("guild", "day_off", "outage", "room", "old_card", "native_event", "prompt", "channel_checkin"),
    *("consent", "cadence", "notice_settings", "room_notice", "outbox"),
)
"""Tables by which a server is known. A row of another table with a server's id needs a row in one of these:
a seat needs a session and that one a room, a weekly count needs a consent."""

_MEMBER_TABLE_STATEMENTS = """
-- name: export_{table}(member_id, guild_id)
-- A null guild_id is every server. The cast tells PostgreSQL the parameter's type.
SELECT * FROM {table}
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
ORDER BY 1, 2, 3;

-- name: erase_{table}(member_id, guild_id)
DELETE FROM {table}
WHERE member_id = :member_id AND (CAST(:guild_id AS BIGINT) IS NULL OR guild_id = :guild_id)
RETURNING member_id;
"""

_FORGET = """
-- name: forget_{table}(guild_id)!
DELETE FROM {table} WHERE guild_id = :guild_id;
"""

_MEMBERS_AFTER = """
-- name: members_after(member_id, guild_id, most)
-- Everyone about whom something is saved, and where, in pages: each part gives a page of its own.
{parts}
ORDER BY member_id, guild_id LIMIT :most;
"""

_MEMBERS_OF_TABLE = """\
SELECT member_id, guild_id FROM (
    SELECT DISTINCT member_id, guild_id FROM {table} WHERE (member_id, guild_id) > (:member_id, :guild_id)
    ORDER BY member_id, guild_id LIMIT :most
) AS of_{table}"""

_KNOWN_GUILDS = """
-- name: known_guilds()
-- Servers about which something is saved, but for those that removed the bot. Each is found from the one
-- before, by a step in every table's index.
WITH RECURSIVE known (guild_id) AS (
    SELECT CAST(0 AS BIGINT)
    UNION ALL
    SELECT (
        SELECT MIN(further.guild_id) FROM (
            {next_guilds}
        ) AS further
    ) FROM known WHERE known.guild_id IS NOT NULL
)
SELECT known.guild_id FROM known
LEFT JOIN guild ON guild.guild_id = known.guild_id
WHERE known.guild_id > 0 AND guild.removed_at IS NULL;

-- name: is_guild_known(guild_id)
SELECT 1 AS known
WHERE {exists};
"""


def table_statements() -> str:
    """Return the statements as the text of a file in `queries` would have them."""
    forgotten = dict.fromkeys([*MEMBER_TABLES, *GUILD_TABLES])
    parts = (_MEMBERS_OF_TABLE.format(table=table) for table in MEMBER_TABLES)
    next_guilds = (
        f"SELECT MIN(guild_id) AS guild_id FROM {table} WHERE guild_id > known.guild_id"  # noqa: S608 - a name from above
        for table in GUILD_TABLES
    )
    exists = (f"EXISTS (SELECT 1 FROM {table} WHERE guild_id = :guild_id)" for table in GUILD_TABLES)  # noqa: S608 - the same
    return "".join(
        [
            *(_MEMBER_TABLE_STATEMENTS.format(table=table) for table in MEMBER_TABLES),
            *(_FORGET.format(table=table) for table in forgotten),
            _MEMBERS_AFTER.format(parts="\nUNION\n".join(parts)),
            _KNOWN_GUILDS.format(next_guilds="\nUNION ALL ".join(next_guilds), exists="\nOR ".join(exists)),
        ]
    )
