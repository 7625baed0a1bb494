"""How often sessions may be opened, by one member and in one server."""

from datetime import UTC, datetime

from bot.rooms.sessions.openings import SessionOpenings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HERE, THERE = 1, 2


def attempted(openings: SessionOpenings, guild_id: int, member_id: int, *, opens: bool = True) -> bool:
    """Return whether one more attempt to open a session was within the limits."""
    with openings.attempt(guild_id, member_id, NOW, is_moderator=False) as opening:
        opening.has_opened = opens
    return opening.is_within_limit


def test_a_member_opens_three_sessions_at_once_and_others_of_the_server_still_may() -> None:
    openings = SessionOpenings()
    assert [attempted(openings, HERE, 7) for _ in range(4)] == [True, True, True, False]
    assert attempted(openings, HERE, 8)
    assert attempted(openings, THERE, 7)


def test_a_server_opens_twelve_sessions_at_once_and_its_members_others_elsewhere() -> None:
    openings = SessionOpenings()
    assert all(attempted(openings, HERE, member_id) for member_id in range(100, 112))
    assert not attempted(openings, HERE, 200)
    assert all(attempted(openings, guild_id, 100) for guild_id in range(300, 320))


def test_an_attempt_that_opened_nothing_is_not_counted() -> None:
    openings = SessionOpenings()
    assert all(attempted(openings, HERE, 7, opens=False) for _ in range(40))
    assert [attempted(openings, HERE, 7) for _ in range(4)] == [True, True, True, False]
