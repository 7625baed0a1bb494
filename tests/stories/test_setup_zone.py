"""The server's time zone in set-up: by form, by command, and with the first schedule."""

import pytest

from tests.world import World


async def test_the_zone_is_set_by_form(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    assert "Time zone: UTC" in panel.text
    form = await world.moderator.taps(panel.panel, "Time zone")
    renewed = await world.moderator.sends(form, zone="europe/berlin")
    assert "Time zone: Europe/Berlin" in renewed.text
    assert renewed.panel.message.id == panel.panel.message.id


async def test_the_zone_is_set_by_command_and_completed_while_typing(world: World) -> None:
    offered = await world.moderator.types("quiet setup", "zone", "berl")
    assert offered == {"Europe/Berlin, 10:00": "Europe/Berlin"}
    answer = await world.moderator.uses("quiet setup", zone="Europe/Berlin")
    assert "Time zone: Europe/Berlin" in answer.text
    assert "Done: the time zone is Europe/Berlin, where it's 10:00 now." in answer.text


async def test_an_unknown_zone_is_refused_kindly(world: World) -> None:
    answer = await world.moderator.uses("quiet setup", zone="Middle/Earth")
    assert answer.text == (
        'I don\'t know a time zone "Middle/Earth". Name a big city, such as Berlin, '
        "a country, or a time such as CET or UTC+2. Nothing was changed."
    )
    assert "Time zone: UTC" in (await world.moderator.uses("quiet setup")).text


async def test_the_first_schedule_asks_for_the_time_zone_of_the_server_and_saves_it(world: World) -> None:
    mika = world.moderator
    form = await mika.taps((await mika.uses("quiet setup")).panel, "Add a schedule")
    refused = await mika.sends(form, days="daily", time="7pm", zone="Atlantis")
    assert "Atlantis" in refused.text
    assert "Nothing was changed." in refused.text
    assert "Time zone: UTC" in refused.text
    again = await mika.taps(refused.panel, "Open the form again")
    added = await mika.sends(again, days="daily", time="7pm", zone="Berlin")
    assert "opens by itself: every day at 19:00, Europe/Berlin time, 25 minutes" in added.text
    assert "Time zone: Europe/Berlin" in added.text
    form = await mika.taps(added.panel, "Add a schedule")
    assert form.chosen() == {"room": ["1"], "minutes": ["25"], "repeat": ["1"]}


@pytest.mark.parametrize("how", ["by command", "by leaving it empty"])
async def test_a_server_that_chose_utc_is_not_asked_for_its_time_zone_again(world: World, how: str) -> None:
    mika = world.moderator
    if how == "by command":
        panel = await mika.uses("quiet setup", zone="UTC")
        assert "Done: the time zone is UTC" in panel.text
    else:
        first = await mika.taps((await mika.uses("quiet setup")).panel, "Add a schedule")
        panel = await mika.sends(first, days="Monday", time="9:00", zone="")
    form = await mika.taps(panel.panel, "Add a schedule")
    assert form.chosen()["repeat"] == ["1"]
    added = await mika.sends(form, days="Tuesday", time="19:30", repeat=["2"])
    assert "every 2 weeks" in added.text
