"""Outages, removals and changes of a server: no data is lost by accident or saved longer than needed."""

from tests.stories.checkins import begins, newest
from tests.world import World


async def add_time(world: World, time: str = "10:00") -> None:
    answer = await world.moderator.uses(
        "quiet schedule add", room="Library", days="Monday", time=time, minutes=5
    )
    assert "Library" in answer.text


async def about_the_server(world: World) -> dict[str, int]:
    counts = await world.row_counts()
    return {table: counts[table] for table in ("room", "schedule", "consent", "cadence")}


async def test_an_outage_deletes_nothing(world: World) -> None:
    await add_time(world)
    await begins(world.ada)
    before = await world.row_counts()
    await world.outage()
    assert await world.row_counts() == before
    await world.end_outage()
    await world.restarts()
    assert await world.row_counts() == before
    await world.pass_time(hours=1)
    assert "Library" in world.card_text()


async def test_a_removed_bot_opens_and_sends_nothing(world: World) -> None:
    await add_time(world)
    await begins(world.ada, per_week=7)
    await world.remove_bot()
    world.spent()
    world.watch_cards()
    await world.pass_time(days=6)
    assert world.spent() == []
    assert world.new_cards() == []


async def test_within_seven_days_everything_is_as_before(world: World) -> None:
    await add_time(world)
    await world.moderator.uses("quiet setup", zone="Europe/Berlin")
    await begins(world.ada, per_week=7)
    before = await about_the_server(world)
    await world.remove_bot()
    await world.pass_time(days=6, hours=20)
    await world.invite_bot()
    assert await about_the_server(world) == before
    assert "Time zone: Europe/Berlin" in (await world.moderator.uses("quiet setup")).text
    await world.pass_time(hours=5)  # the next Monday at ten
    assert "Library" in world.card_text()
    await world.pass_time(days=2)
    assert await about_the_server(world) == before
    assert newest(world.ada).text


async def test_after_seven_days_the_server_and_its_members_are_forgotten(world: World) -> None:
    await add_time(world)
    await begins(world.ada)
    await world.ben.agrees("Turn on weekly counts")
    await world.remove_bot()
    await world.pass_time(days=7)
    counts = await world.row_counts()
    about_the_deployment = {"deployment", "migration", "shared_limit"}
    left = {table for table, count in counts.items() if count} - about_the_deployment
    assert not {each for each in left if not each.startswith("sqlite")}, left
    await world.invite_bot()
    assert "No room yet." in (await world.moderator.uses("quiet setup")).text


async def test_a_removal_while_the_bot_is_down_is_noticed_when_it_starts(world: World) -> None:
    await add_time(world)
    guild = world.env.backend.guilds.pop(world.guild.id)
    await world.restarts()
    assert (await world.client.services.server_settings.get(world.guild.id)).removed_at == world.now
    world.env.backend.guilds[world.guild.id] = guild
    await world.restarts()
    assert (await world.client.services.server_settings.get(world.guild.id)).removed_at is None
    await world.pass_time(hours=1)
    assert "Library" in world.card_text()


async def test_people_who_sat_when_the_bot_was_removed_left_no_trace(world: World) -> None:
    await world.ada.opens(minutes=25)
    await world.remove_bot()
    counts = await world.row_counts()
    assert (counts["session"], counts["seat"]) == (0, 0)
    await world.invite_bot()
    answer = await world.ben.sits()  # by the card that is still there
    assert answer.text.startswith("That session has closed.")


async def test_a_renamed_server_is_called_by_its_new_name(world: World) -> None:
    assert "Reading circle" in (await world.ada.uses("me")).text
    world.rename(name="Night owls")
    await world.settle()
    assert "Night owls" in (await world.ada.uses("me")).text


async def test_a_changed_zone_changes_no_existing_time(world: World) -> None:
    await add_time(world, "19:30")
    await world.moderator.uses("quiet setup", zone="Asia/Tokyo")
    text = (await world.moderator.uses("quiet setup")).text
    assert "Time zone: Asia/Tokyo" in text
    assert f"<t:{int(world.now.replace(hour=19, minute=30).timestamp())}:" in text
