"""A tap and a due check-in run few modules, read each row once and commit no more than necessary."""

from tests.path_trace import due_checkin, me, tap_on_sit
from tests.world import World

MOST_MODULES_OF_A_TAP = 32
MOST_STATEMENTS_OF_A_TAP = 14  # with those that begin and end the unit of work
MOST_MODULES_OF_A_CHECKIN = 37
MOST_READS_OF_THE_SWITCH = 2  # before the claim, and before the message


async def test_a_tap_on_sit_passes_few_modules_and_commits_once(world: World) -> None:
    trace = await tap_on_sit(world)
    assert len(trace.modules) <= MOST_MODULES_OF_A_TAP, trace.modules
    assert {"bot.gateway.client", "cogs.rooms.seat_buttons", "bot.rooms.sessions.seats"} <= set(
        trace.modules
    )
    assert trace.commits == 1


async def test_a_tap_on_sit_reads_no_row_twice(world: World) -> None:
    trace = await tap_on_sit(world)
    reads = [each for each in trace.statements if each.startswith("SELECT")]
    assert len(reads) >= 5
    assert len(set(reads)) == len(reads)
    assert len(set(trace.statements)) <= MOST_STATEMENTS_OF_A_TAP  # triggers repeat the one that runs them
    for table in ("session", "room", "guild"):
        assert (
            sum(f" {table} " in each.replace(";", " ;") and f"FROM {table} " in each for each in reads) <= 1
        )


async def test_a_due_checkin_is_claimed_prepared_and_recorded_in_one_commit_each(world: World) -> None:
    trace = await due_checkin(world)
    assert len(trace.modules) <= MOST_MODULES_OF_A_CHECKIN, trace.modules
    assert trace.commits == 3
    assert trace.reads_of("deployment") <= MOST_READS_OF_THE_SWITCH


async def test_me_reads_everything_in_one_unit_of_work_and_no_row_twice(world: World) -> None:
    trace = await me(world)
    assert [each for each in trace.statements if each.startswith("BEGIN")] == ["BEGIN"]
    reads = [each for each in trace.statements if each.startswith("SELECT")]
    assert len(reads) >= 6
    assert len(set(reads)) == len(reads)
    assert trace.reads_of("consent") == 1
