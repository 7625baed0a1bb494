"""Forms keep what was typed: the panel explains a wrong value and opens the form again, filled in."""

from typing import Any

import pytest

from cogs.ui.forms import Form
from tests.world import Answer, Person, Shown, World

AGAIN = "Open the form again"
OLD = "This button is from an older version. Use the command again, and it will work."


def filled(opened: Answer) -> dict[str, str]:
    """Return what an opened form is filled in with, by the names of its inputs."""
    assert opened.form is not None
    found = {}
    for label in opened.form["components"]:
        component: dict[str, Any] = label["component"]
        chosen = [each["value"] for each in component.get("options", []) if each.get("default")]
        found[str(component["custom_id"])] = "".join(chosen) or str(component.get("value") or "")
    return found


async def set_up(person: Person, button: str) -> tuple[Shown, Answer]:
    """Open the set-up panel and one of its forms."""
    panel = (await person.uses("quiet setup")).panel
    return panel, await person.taps(panel, button)


async def room_of(world: World) -> str:
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    return str(room.room_id)


async def test_a_wrong_value_is_explained_in_the_panel_and_the_form_opens_filled_in(world: World) -> None:
    mika, room = world.moderator, await room_of(world)
    await mika.uses("quiet setup", zone="Europe/London")
    panel, form = await set_up(mika, "Add a schedule")
    given = {"room": room, "days": "Mon, Thu", "time": "half nine-ish", "minutes": "25", "repeat": "2"}
    assert form.chosen() == {"room": [room], "minutes": ["25"], "repeat": ["1"]}
    refused = await mika.sends(form, **{**given, "room": [room], "minutes": ["25"], "repeat": ["2"]})
    assert refused.panel.message.id == panel.message.id
    assert len(refused.private) == 1
    assert 'I can\'t read "half nine-ish" as a time.' in refused.text
    assert "Time zone: Europe/London" in refused.text  # it is the same panel
    assert "What you typed is still here:\n**Room**\nLibrary\n**Days**\nMon, Thu\n**Time**" in refused.text
    await world.restarts()
    again = await mika.taps(refused.panel, AGAIN)
    assert filled(again) == given
    done = await mika.sends(again, room=[room], days="Mon, Thu", time="7:30 pm", minutes=["25"])
    assert done.panel.message.id == panel.message.id
    assert "Monday, Thursday at 19:30, Europe/London time, 25 minutes, every 2 weeks, from Mon" in done.text
    assert "half nine-ish" not in done.text
    assert "I can't read" not in done.text
    assert AGAIN not in done.buttons


async def test_another_wrong_value_replaces_the_first(world: World) -> None:
    panel, form = await set_up(world.moderator, "Time zone")
    once = await world.moderator.sends(form, zone="Atlantis")
    again = await world.moderator.taps(once.panel, AGAIN)
    twice = await world.moderator.sends(again, zone="Lemuria")
    assert 'time zone "Lemuria"' in twice.text
    assert "Atlantis" not in twice.text
    assert twice.buttons.count(AGAIN) == 1
    assert twice.panel.message.id == panel.message.id


async def test_where_several_values_fit_one_is_chosen_in_the_panel(world: World) -> None:
    _, form = await set_up(world.moderator, "Time zone")
    asked = await world.moderator.sends(form, zone="IST")
    assert asked.panel.options("Choose what you mean") == [
        "Asia/Kolkata, 14:30",
        "Asia/Jerusalem, 11:00",
        "Europe/Dublin, 09:00",
    ]
    await world.restarts()
    done = await world.moderator.chooses(asked.panel, "Choose what you mean", "zone=Asia/Jerusalem")
    assert "Time zone: Asia/Jerusalem" in done.text
    assert "Which do you mean?" not in done.text


async def test_a_choice_between_several_keeps_the_other_values(world: World) -> None:
    panel = await world.ada.uses("checkins")
    form = await world.ada.taps(panel.panel, "Custom hours")
    hours = {"from": "9am", "until": "noon", "quiet_from": "", "quiet_until": "", "begins": "3/4/2026"}
    asked = await world.ada.sends(form, **hours)
    assert "could mean several dates" in asked.text
    assert filled(await world.ada.taps(asked.panel, AGAIN)) == hours
    done = await world.ada.chooses(asked.panel, "Choose what you mean", "begins=2026-03-04")
    assert "between 09:00 and 12:00" in done.text
    assert "starting March 4, 2026" in done.text


@pytest.mark.parametrize(
    ("button", "name", "wrong", "right"),
    [
        ("Time zone", "zone", "Atlantis", "Berlin"),
        ("Help contacts", "help_contacts", "\n".join("x" * 21), "A helpline: 123"),
    ],
)
async def test_every_form_of_set_up_keeps_what_was_typed(
    world: World, button: str, name: str, wrong: str, right: str
) -> None:
    _, form = await set_up(world.moderator, button)
    refused = await world.moderator.sends(form, **{name: wrong})
    again = await world.moderator.taps(refused.panel, AGAIN)
    assert filled(again) == {name: wrong}
    done = await world.moderator.sends(again, **{name: right})
    assert "Done:" in done.text
    assert AGAIN not in done.buttons


async def test_the_form_of_a_channel_check_in_keeps_what_was_typed(world: World) -> None:
    panel = await world.moderator.uses("quiet checkins list")
    form = await world.moderator.chooses(panel.panel, "Add one: choose its channel", world.library)
    refused = await world.moderator.sends(form, days="Blursday", time="9:05")
    again = await world.moderator.taps(refused.panel, AGAIN)
    assert filled(again) == {"days": "Blursday", "time": "9:05"}
    done = await world.moderator.sends(again, days="daily", time="9:05")
    assert "every day at 09:05" in done.text


async def test_the_form_of_a_members_time_zone_keeps_what_was_typed(world: World) -> None:
    panel = await world.ada.uses("checkins")
    form = await world.ada.taps(panel.panel, "Time zone")
    refused = await world.ada.sends(form, zone="Atlantis")
    assert filled(await world.ada.taps(refused.panel, AGAIN)) == {"zone": "Atlantis"}


@pytest.mark.parametrize(
    "typed",
    ["**bold** `x` ||y|| > # -", "1. @everyone <@1>", "# a\n- b\n\n> c", "\\_ back\\slash", "x" * 1000],
)
async def test_what_was_typed_is_kept_exactly(world: World, typed: str) -> None:
    too_many = "\n".join(["z"] * 21)
    whole = f"{typed[:900]}\n{too_many}"
    _, form = await set_up(world.moderator, "Help contacts")
    refused = await world.moderator.sends(form, help_contacts=whole)
    again = await world.moderator.taps(refused.panel, AGAIN)
    assert filled(again) == {"help_contacts": whole}


async def test_a_tap_on_a_form_that_nobody_sent_opens_nothing(world: World) -> None:
    panel = await world.moderator.uses("quiet setup")
    for data in ({}, {"values": ["zone=Asia/Tokyo"]}):
        for custom_id in ("setup:set_zone:1:v1", "setup:set_zone:1:v1c"):
            answer = await world.moderator.forges(custom_id, panel.panel, **data)
            assert answer.form is None
            assert answer.private[-1].text == OLD
    assert "Time zone: UTC" in (await world.moderator.uses("quiet setup")).text


async def test_a_choice_for_a_field_that_the_form_does_not_have_is_refused(world: World) -> None:
    _, form = await set_up(world.moderator, "Time zone")
    asked = await world.moderator.sends(form, zone="CST")
    for value in ("room=1", "zone", "", "=x"):
        answer = await world.moderator.forges("setup:set_zone:1:v1c", asked.panel, values=[value])
        assert answer.private[-1].text == OLD


def test_a_form_shows_a_value_as_its_label_and_reads_it_back() -> None:
    form = Form("title", "x:y::v1").choose("room", "Room", [("1", "Library"), ("2", "Attic")])  # type: ignore[arg-type] # no route makes it
    (field,) = form.fill({"room": "2"}).fields
    assert field.shown("2") == "Attic"
    assert field.value_of("Attic") == "2"
    assert field.value_of("Gone") == ""
