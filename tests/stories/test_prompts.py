"""A server's own check-in texts: checked, previewed, saved, and sent in turn."""

import re

import pytest

from bot.checkins.prompts.model import LONGEST_PROMPT, MOST_PROMPTS, length
from bot.texts.catalogue import escape, load
from bot.texts.voice import lists, prompt_breaches
from cogs.checkins.routes import SAVE_PROMPT
from cogs.ui.routes import CUSTOM_ID, CustomId
from tests.stories.checkins import begins, ignores, newest
from tests.world import World

TEXT = "The tea is warm: sit, or don't."
CRISIS = "If you want to hurt yourself, tell us."


async def add(world: World, words: str) -> None:
    preview = await world.moderator.uses("quiet prompt add", words=words)
    saved = await world.moderator.taps(preview.panel, "Save it")
    assert saved.text.startswith("Saved: ")


async def test_a_text_is_shown_as_members_would_see_it_before_it_is_saved(world: World) -> None:
    preview = await world.moderator.uses("quiet prompt add", words=f"  {TEXT} ")
    assert escape(TEXT) in preview.text
    assert "turned on in Reading circle, in its moderators' words." in preview.text
    assert preview.buttons[:4] == ["Here", "Quiet today", "Pass", "Change"]  # as members see it
    assert preview.buttons[4:] == ["Save it", "Change the text", "Discard"]
    assert "None yet." in (await world.moderator.uses("quiet prompt list")).text
    await world.restarts()
    saved = await world.moderator.taps(preview.panel, "Save it")
    assert saved.text.startswith(f"Saved: {escape(TEXT)}\n")
    assert f"- {escape(TEXT)}" in (await world.moderator.uses("quiet prompt list")).text


async def test_words_can_be_changed_or_discarded_in_the_preview(world: World) -> None:
    preview = await world.moderator.uses("quiet prompt add", words=TEXT)
    form = await world.moderator.taps(preview.panel, "Change the text")
    advised = await world.moderator.sends(form, words="Hurry up.")
    assert '"Hurry" can sound like pressure' in advised.text
    form = await world.moderator.taps(advised.panel, "Change the text")
    other = await world.moderator.sends(form, words="A chair by the window.")
    assert "A chair by the window." in other.text
    gone = await world.moderator.taps(other.panel, "Discard")
    assert gone.text == "All right. Nothing was saved."
    assert "None yet." in (await world.moderator.uses("quiet prompt list")).text


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("How are you feeling today?", '"How" asks for an explanation. One tap can\'t give one.'),
        ("You haven't been here.", '"You haven\'t" can sound like pressure, praise or blame.'),
        ("Please join.", '"join" can sound pushy. Not answering is fine.'),
        ("Someone here misses you.", '"misses you" can make someone feel guilty for being away.'),
        ("Are you sad?", '"sad" is about how someone is doing. Check-ins don\'t ask that.'),
        ("Say hello!", "An exclamation mark can sound like a demand."),
        ("🌿", "Add words next to the emoji"),
        (CRISIS, '"hurt yourself" can make someone in a crisis hope for help'),
    ],
)
async def test_advice_is_given_before_saving_and_not_taking_it_needs_a_second_step(
    world: World, words: str, reason: str
) -> None:
    before = await world.row_counts()
    advised = await world.moderator.uses("quiet prompt add", words=words)
    assert "Before you save this text" in advised.text
    assert reason in advised.text
    assert advised.buttons[4:] == ["Change the text", "Discard", "Save it anyway"]
    asked = await world.moderator.taps(advised.panel, "Save it anyway")
    assert reason in asked.text
    assert asked.buttons == ["Change the text", "Discard", "Yes, save it"]
    assert await world.row_counts() == before
    saved = await world.moderator.taps(asked.panel, "Yes, save it")
    assert saved.text.startswith(f"Saved: {escape(words)}")


async def test_all_remarks_are_listed_at_once_and_help_contacts_are_named(
    world: World,
) -> None:
    advised = await world.moderator.uses("quiet prompt add", words=f"{CRISIS[:-1]}, please!")
    for part in ("hurt yourself", "tell us", "please", "exclamation mark"):
        assert part in advised.text
    assert "/help-now" in advised.text


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Look at https://example.org now.", "https\\://example.org is a link."),
        ("Hello @everyone.", "@\u200beveryone is a mention."),
        ("Hello <@123>.", "is a mention."),
        ("Hello <@&123>.", "is a mention."),
    ],
)
async def test_links_and_mentions_are_refused_with_a_way_to_change_the_words(
    world: World, words: str, reason: str
) -> None:
    refused = await world.moderator.uses("quiet prompt add", words=words)
    assert "This text can't be saved" in refused.text
    assert reason in refused.text
    assert refused.buttons[4:] == ["Change the text", "Discard"]
    for forged in (f"prompts:save:{words}:v1", f"prompts:confirm:{words}:v1"):
        forgery = await world.moderator.forges(forged, refused.panel)
        assert "can't be saved" in forgery.text
    assert "None yet." in (await world.moderator.uses("quiet prompt list")).text
    form = await world.moderator.taps(refused.panel, "Change the text")
    other = await world.moderator.sends(form, words=TEXT)
    assert other.buttons[4] == "Save it"


async def test_a_text_without_words_is_refused(world: World) -> None:
    refused = await world.moderator.uses("quiet prompt add", words="  ")
    assert refused.text == "A check-in text needs words. Nothing was changed."


def test_the_calmer_example_has_no_remarks() -> None:
    english = lists("en")
    assert english is not None
    example = load("en")["prompts"]["review"]["calmer"].partition(": ")[2]
    assert example
    assert prompt_breaches(example, english) == []


def test_the_longest_text_fits_into_a_buttons_id_as_discord_counts() -> None:
    for longest in ("a" * LONGEST_PROMPT, "🌿" * (LONGEST_PROMPT // 2)):
        assert length(longest) == LONGEST_PROMPT
        assert length(SAVE_PROMPT(longest)) <= 100
        assert _read(SAVE_PROMPT(longest)) == longest
    assert _read(SAVE_PROMPT("a: b:v1")) == "a: b:v1"


def _read(custom_id: CustomId) -> str:
    found = CUSTOM_ID.fullmatch(custom_id)
    assert found is not None
    return SAVE_PROMPT.read(found["detail"]).words


async def test_a_text_mentions_nobody_and_is_shown_without_formatting(world: World) -> None:
    for number in range(MOST_PROMPTS):  # enough that one of them is sent soon
        words = f"@every one **{number}** <@ 1> {{name}}"
        await world.client.services.prompts.add(world.guild.id, words, "en")
    for person in [world.invite(f"member {number}") for number in range(40)]:
        await begins(person)
        if "in its moderators' words" in newest(person).text:
            assert re.match(
                r"@\u200bevery one \\\*\\\*\d+\\\*\\\* \\<@\u200b 1> \{name}\n", newest(person).text
            )
            return
    raise AssertionError("none of the server's own came")


async def test_no_text_returns_before_all_others_came_even_when_some_are_added_and_removed(
    world: World,
) -> None:
    library = len(load("en")["checkins"]["prompts"])
    await begins(world.ada, days="daily", per_week=7)
    said: list[str] = []

    async def send_check_ins(count: int) -> None:
        for _ in range(count):
            said.append(newest(world.ada).text.splitlines()[0])
            await world.ada.taps(newest(world.ada), "Here")
            await ignores(world.ada, 1)

    await send_check_ins(library)
    assert len(set(said)) == library
    await add(world, TEXT)
    await send_check_ins(1)  # what is in view was chosen before
    await send_check_ins(1)
    assert said[-1] == escape(TEXT)
    assert said[library] == said[0]
    removed = await world.moderator.uses("quiet prompt remove", words=TEXT)
    assert removed.text.startswith(f"Removed: {escape(TEXT)}")
    await send_check_ins(library)
    assert said[library + 2 :] == [*said[1:library], said[0]]


async def test_a_server_can_have_a_limited_number_of_texts_and_each_once(world: World) -> None:
    for number in range(MOST_PROMPTS):
        await add(world, f"Chair {number} is free.")
    full = await world.moderator.uses("quiet prompt add", words="One more chair.")
    assert full.text.startswith("A server can have 25 check-in texts")
    offered = await world.moderator.types("quiet prompt remove", "words", "chair 24")
    assert list(offered) == ["Chair 24 is free."]
    await world.moderator.uses("quiet prompt remove", words=offered["Chair 24 is free."])
    again = await world.moderator.uses("quiet prompt add", words="Chair 3 is free.")
    assert again.text == "That text is already in the list. Nothing was changed."
    gone = await world.moderator.uses("quiet prompt remove", words="Chair 24 is free.")
    assert gone.text == "That text isn't in the list any more. Nothing was changed."


async def test_texts_are_managed_by_members_who_manage_the_server_and_belong_to_it_alone(
    world: World,
) -> None:
    preview = await world.moderator.uses("quiet prompt add", words=TEXT)
    for forged in ("prompts:save:A chair.:v1", "prompts:confirm:A chair.:v1", "prompts:change:A chair.:v1"):
        refused = await world.ben.forges(forged, preview.panel)
        assert refused.text.startswith("You need Manage Server for this.")
    assert "None yet." in (await world.moderator.uses("quiet prompt list")).text
