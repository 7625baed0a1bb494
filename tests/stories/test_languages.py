"""Each person is answered, and written to, in their language; cards are in the server's."""

from bot.texts.catalogue import Texts
from tests.stories.checkins import newest
from tests.stories.room_notices import opens_next, schedules
from tests.world import Person, World

GERMAN, FRENCH, KOREAN = "de", "fr", "ko"  # there is no Korean catalogue


def said(key: str, locale: str, /, **values: str) -> str:
    """Return a text in a language."""
    return Texts().say(key, locale, **values)


async def begins_in_german(person: Person) -> None:
    """Agree to check-ins with a German Discord."""
    person.world.locales[person.id] = GERMAN
    panel = await person.uses("checkins")
    await person.taps(panel.panel, said("checkins.button.agree", GERMAN))


async def test_a_private_answer_is_in_the_members_language_and_the_card_in_the_servers(
    world: World,
) -> None:
    world.locales[world.ada.id] = GERMAN
    seat = await world.ada.opens(minutes=10)
    assert said("rooms.seat.counted", GERMAN, room="Library").split("\n")[0] in seat.text
    assert "Settling in." in world.card_text()
    assert "Slip out" in world.card().buttons
    world.locales[world.ben.id] = FRENCH
    assert said("rooms.seat.counted", FRENCH, room="Library") in (await world.ben.sits()).text
    look = said("rooms.button.look", FRENCH)
    assert f"{look}\u00a0: Library" in (await world.ben.uses("rooms")).buttons


async def test_the_card_is_in_the_language_that_moderators_chose(world: World) -> None:
    panel = (await world.moderator.uses("quiet setup")).panel
    await world.moderator.chooses(panel, "Language of cards", GERMAN)
    await world.ada.opens(minutes=10)
    assert said("rooms.button.slip", GERMAN) in world.card().buttons


async def test_check_ins_come_in_the_language_of_the_member_who_agreed(world: World) -> None:
    await begins_in_german(world.ada)
    first = newest(world.ada)
    assert said("checkins.answer.quiet", GERMAN) in first.buttons
    world.locales[world.ada.id] = FRENCH
    await world.ada.taps(first, said("checkins.answer.quiet", GERMAN))
    await world.pass_time(days=5)
    assert said("checkins.answer.quiet", FRENCH) in newest(world.ada).buttons  # as at their last tap


async def test_room_notices_come_in_the_language_of_the_member_who_agreed(world: World) -> None:
    await schedules(world)
    world.locales[world.ada.id] = GERMAN
    rooms = await world.ada.uses("rooms")
    asked = await world.ada.taps(rooms.panel, said("notices.button.show", GERMAN))
    (room,) = await world.client.services.rooms.of_guild(world.guild.id)
    select = said("notices.choose", GERMAN)
    chosen = await world.ada.chooses(asked.panel, select, str(room.room_id))
    await world.ada.taps(chosen.panel, said("notices.button.agree", GERMAN))
    await opens_next(world)
    (notice,) = world.ada.direct_messages
    assert said("notices.message.from", GERMAN, server=world.guild.name) in notice.text


async def test_my_data_names_the_language_that_is_saved(world: World) -> None:
    await begins_in_german(world.ada)
    shown = await world.ada.uses("my-data show")
    assert "Deutsch" in shown.text
    world.locales[world.ada.id] = "en-US"
    assert "the language in which they come: Deutsch" in (await world.ada.uses("my-data show")).text


async def test_a_reader_without_a_catalogue_is_answered_in_english(world: World) -> None:
    world.locales[world.ada.id] = KOREAN
    assert "Your choices" in (await world.ada.uses("me")).text


async def test_days_are_offered_and_read_in_the_readers_language(world: World) -> None:
    world.locales[world.ada.id] = GERMAN
    offered = await world.ada.types("checkins", "days", "mitt")
    assert list(offered) == ["Mittwoch"]
    answer = await world.ada.uses("checkins", days="Mo, Mittwoch")
    assert "Montag, Mittwoch" in answer.text
