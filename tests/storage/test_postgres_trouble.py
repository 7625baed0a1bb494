"""A server that goes away, is read-only or full, or has another schema or no connection to spare."""

import asyncio
import re

import asyncpg
import pytest
from pydantic import SecretStr

from bot.errors import ConfigurationError, TransientError, UnfitDatabaseError
from bot.storage.database import Database, Statements
from bot.storage.postgres.engine import PostgresEngine
from tests.postgres import Server
from tests.storage.own_server import Waiting, engine, execute, hold, server, serving, url
from tests.storage.units import PATIENCE_SECONDS, note, saved

__all__ = ["engine", "server"]
DISK_FULL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON guild FOR EACH ROW WHEN (NEW.zone = 'full') EXECUTE FUNCTION refuse()
"""


async def test_a_unit_whose_server_goes_away_saves_nothing_and_the_next_turn_goes_on(
    engine: PostgresEngine, server: Server
) -> None:
    waiting = Waiting()
    async with serving(engine) as (turn, database):
        await note(database, 1)

        async def stop_between(statements: Statements) -> None:
            await statements.run("set_zone", guild_id=2, zone="UTC")
            server.stop()
            await statements.run("set_zone", guild_id=3, zone="UTC")

        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)) as raised:
            await database.write(stop_between)
        assert database.transient_reason(raised.value) is not None
        await asyncio.wait_for(turn.lost.wait(), PATIENCE_SECONDS)
    waits = asyncio.create_task(_saved_later(engine, waiting))
    try:
        await waiting.until("cannot be reached")
    finally:
        server.start()
    assert await asyncio.wait_for(waits, 2 * PATIENCE_SECONDS) == [1]
    assert len(set(waiting.reasons)) <= 2  # unreachable, starting up


async def _saved_later(engine: PostgresEngine, waiting: Waiting) -> list[int]:
    async with serving(engine, waiting) as (_, database):
        return await saved(database)


async def test_units_that_conflict_with_those_of_another_process_run_again(
    engine: PostgresEngine, server: Server
) -> None:
    """Each reads a number and writes the next one: without order between them, one would be lost."""
    runs = 0

    async def add_one(statements: Statements) -> int:
        nonlocal runs
        runs += 1
        value = int(await statements.value("get_deployment", name="number") or 0) + 1
        await statements.run("set_deployment", name="number", value=str(value))
        return value

    async with serving(engine) as (_, database):
        beside = await PostgresEngine(SecretStr(url(server)), engine.folder).open_beside()
        try:
            for _ in range(25):  # one unit at a time, so that they do not share a commit
                await asyncio.gather(database.write(add_one), beside.write(add_one))
            assert await database.read(the_number) == 50
        finally:
            await beside.close()
    assert runs > 50


async def the_number(statements: Statements) -> int:
    """Return the number."""
    return int(await statements.value("get_deployment", name="number") or 0)


async def test_a_read_only_server_is_waited_for_with_one_line(
    engine: PostgresEngine, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    waiting = Waiting()
    await execute(server, "ALTER DATABASE own SET default_transaction_read_only = on")
    waits = asyncio.create_task(_saved_later(engine, waiting))
    await waiting.until("read-only")
    await asyncio.sleep(0.2)
    await execute(server, "ALTER DATABASE own RESET default_transaction_read_only", of="postgres")
    assert await asyncio.wait_for(waits, PATIENCE_SECONDS) == []
    assert len([each for each in caplog.records if "read-only" in each.getMessage()]) == 1


async def test_units_fail_while_the_server_is_read_only_and_work_again_after(
    engine: PostgresEngine, server: Server
) -> None:
    async with serving(engine) as (turn, database):
        await note(database, 1)
        for setting in ("on", "off"):
            await execute(server, f"ALTER SYSTEM SET default_transaction_read_only = {setting}")
            await execute(server, "SELECT pg_reload_conf()")
            await _until_it_is(database, fails=setting == "on")
        await note(database, 2)
        assert await saved(database) == [1, 2]
        assert not turn.lost.is_set()


async def _until_it_is(database: Database, *, fails: bool) -> None:
    """Wait until writing fails because the database is read-only, or until it works again."""
    reason = "" if fails else "read-only"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while fails != ("read-only" in reason):
            (outcome,) = await asyncio.gather(note(database, 1), return_exceptions=True)
            reason = str(isinstance(outcome, Exception) and database.transient_reason(outcome))


async def test_a_server_whose_disk_is_full_fails_that_commit_and_works_again_after(
    engine: PostgresEngine, server: Server
) -> None:
    async with serving(engine) as (turn, database):
        await execute(server, DISK_FULL)
        with pytest.raises(asyncpg.DiskFullError) as raised:
            await note(database, 1, "full")
        assert "disk is full" in str(database.transient_reason(raised.value))
        assert database.wrote_at is None  # so /readyz looks whether it can be written
        await note(database, 2)
        assert await saved(database) == [2]
        assert not turn.lost.is_set()


async def test_a_wrong_name_or_user_ends_the_waiting_and_a_wrong_host_or_port_does_not(
    engine: PostgresEngine, server: Server
) -> None:
    assert engine is not None
    for wrong in (url(server, "nothing"), url(server).replace("alongside@", "stranger@")):
        with pytest.raises(ConfigurationError, match="does not exist"):
            await hold(PostgresEngine(SecretStr(wrong), engine.folder), Waiting())
    for wrong in (
        url(server).replace("127.0.0.1", "no-such-host.invalid"),
        re.sub(r":\d+/", ":1/", url(server)),
    ):
        waiting = Waiting()
        waits = asyncio.create_task(hold(PostgresEngine(SecretStr(wrong), engine.folder), waiting))
        await waiting.until("cannot be reached (")
        waits.cancel()


async def test_a_database_of_another_version_is_refused_or_migrated(
    engine: PostgresEngine, server: Server
) -> None:
    await engine.migrate()
    await execute(server, "INSERT INTO schema_version VALUES (9000)")
    with pytest.raises(UnfitDatabaseError, match="newer than this program"):
        async with serving(engine):
            pass
    await execute(
        server, "DELETE FROM schema_version WHERE version = 9000; UPDATE schema_version SET version = 0"
    )
    with pytest.raises(ConfigurationError, match="yet"):
        await engine.open_beside()


async def test_a_server_without_a_connection_to_spare_is_waited_for(
    engine: PostgresEngine, server: Server
) -> None:
    await execute(server, "ALTER DATABASE own CONNECTION LIMIT 0", of="postgres")
    await execute(server, "CREATE ROLE plain LOGIN; GRANT ALL ON DATABASE own TO plain", of="postgres")
    waiting = Waiting()
    as_plain = PostgresEngine(SecretStr(url(server).replace("alongside@", "plain@")), engine.folder)
    waits = asyncio.create_task(hold(as_plain, waiting))
    await waiting.until("no connection to spare")
    await execute(server, "ALTER DATABASE own CONNECTION LIMIT -1", of="postgres")
    await asyncio.wait_for(waits, PATIENCE_SECONDS)


async def test_an_error_that_can_pass_is_transient(engine: PostgresEngine) -> None:
    for error in (ConnectionRefusedError("refused"), asyncpg.CannotConnectNowError("starting")):
        assert isinstance(engine.to_operator_error(error, ""), TransientError)
