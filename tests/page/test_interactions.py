"""Commands, buttons, selects, modals, ephemeral messages and failures on the page."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def run(page: Any, path: str) -> None:
    """Run a command without options by keyboard."""
    await page.locator("#composer").fill(f"/{path}")
    await page.keyboard.press("Enter")
    await page.locator(".command-form").wait_for()
    await page.keyboard.press("Enter")


async def test_a_command_can_be_found_filled_in_and_run_by_keyboard(stage: Any, expect: Any) -> None:
    page = await stage.look("Mika")
    await page.locator("#composer").press_sequentially("/ro ad")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(options).to_have_count(1)
    await expect(options).to_contain_text("/quiet room add")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Nook")
    await page.keyboard.press("Tab")
    await page.keyboard.type("lib")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    text = "Added Nook in library, UTC, voice False, seats 5."
    await expect(page.locator(".message .markup")).to_have_text(text)
    await expect(page.locator(".origin")).to_contain_text("Mika used /quiet room add")


async def test_autocomplete_choices_are_fetched_while_typing(stage: Any, expect: Any) -> None:
    page = await stage.look("Mika")
    await page.locator("#composer").fill("/quiet room add ")
    await page.get_by_role("button", name="Add option zone").click()
    await page.keyboard.type("eur")
    options = page.get_by_role("listbox", name="Values").get_by_role("option")
    await expect(options).to_have_text(["Europe/Berlin", "Europe/Lisbon", "Europe/Paris"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("zone", exact=True)).to_have_value("Europe/Lisbon")


async def test_a_command_with_a_missing_or_invalid_option_is_not_sent(stage: Any, expect: Any) -> None:
    page = await stage.look("Mika")
    await page.locator("#composer").fill("/quiet room add ")
    await page.get_by_role("button", name="Run").click()
    await expect(page.get_by_role("alert")).to_have_text("name is required.")
    await page.keyboard.type("Nook")
    await page.get_by_role("combobox", name="channel").fill("library")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Add option seats").click()
    await page.keyboard.type("500")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("seats is at most 99.")
    assert not stage.box.world.interactions


async def test_escape_cancels_a_command(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.locator("#composer").fill("/sit ")
    await expect(page.locator(".command-form")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#composer")).to_be_focused()


async def test_commands_for_moderators_are_not_offered_to_members(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.locator("#composer").fill("/quiet")
    await expect(page.locator(".command-panel-head")).to_have_text("No matching commands.")


async def test_a_message_edited_by_its_button_changes_for_everyone(stage: Any, expect: Any) -> None:
    ada, bo = await stage.look("Ada"), await stage.look("Bo")
    await run(ada, "sit")
    await expect(bo.locator(".container")).to_contain_text("Ada")
    await bo.get_by_role("button", name="Sit", exact=True).click()
    await expect(ada.locator(".container li")).to_have_text(["Bo"])
    await expect(ada.locator(".edited")).to_have_text("(edited)")


async def test_a_button_shows_a_spinner_until_the_bot_responds(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "sit")
    await page.get_by_role("button", name="Nod").click()
    await expect(page.locator(".button[aria-busy] .spinner")).to_be_visible()
    stage.bot.release.set()
    await expect(page.locator(".spinner")).to_have_count(0)
    await expect(page.get_by_role("button", name="Nod")).to_be_focused()


async def test_a_failed_interaction_is_shown_where_it_was_started(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "sit")
    await page.get_by_role("button", name="Hang").click()
    failure = page.locator(".message .failure")
    await expect(failure).to_have_text("This interaction failed")
    await run(page, "odd")
    await expect(page.locator(".command-row")).to_contain_text("Sending command…")
    await expect(page.locator(".command-row")).to_contain_text("The application did not respond")
    await page.locator(".command-row").get_by_role("button", name="Dismiss message").click()
    await expect(page.locator(".command-row")).to_have_count(0)


async def test_an_ephemeral_message_is_marked_seen_by_one_person_and_can_be_dismissed(
    stage: Any, expect: Any
) -> None:
    ada, bo = await stage.look("Ada"), await stage.look("Bo")
    await run(ada, "me")
    await expect(ada.get_by_text("Only you can see this")).to_be_visible()
    stage.box.person("Cleo").say("quiet-corner", "hello")
    await expect(bo.locator(".message")).to_have_count(1)
    await ada.get_by_role("button", name="Dismiss message").click()
    await expect(ada.get_by_text("Only you can see this")).to_have_count(0)


async def test_a_deferred_response_shows_that_the_bot_is_thinking(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "slow")
    await expect(page.locator(".thinking")).to_contain_text("Alongside is thinking…")
    stage.bot.release.set()
    await expect(page.get_by_text("Here at last.")).to_be_visible()
    await expect(page.locator(".thinking")).to_have_count(0)


async def test_several_values_are_sent_when_the_list_closes(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "me")
    await page.get_by_role("combobox", name="Which days").click()
    options = page.get_by_role("listbox", name="Which days").get_by_role("option")
    await options.nth(0).click()
    await options.nth(2).click()
    await expect(options.nth(1)).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("days: monday, wednesday")).to_be_visible()


@pytest.mark.parametrize(
    ("placeholder", "pick"),
    [("Which channel", "#library"), ("Which person", "Emi"), ("Which role", "@Moderators")],
)
async def test_channels_people_and_roles_can_be_chosen_by_keyboard(
    stage: Any, expect: Any, placeholder: str, pick: str
) -> None:
    page = await stage.look("Ada")
    await run(page, "me")
    await page.get_by_role("combobox", name=placeholder).focus()
    await page.keyboard.press("ArrowDown")
    option = page.get_by_role("listbox", name=placeholder).get_by_role("option", name=pick)
    await expect(option).to_be_visible()
    for _ in range(12):
        if "active" in (await option.get_attribute("class") or ""):
            break
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message").nth(1)).to_contain_text(": ")


async def test_a_modal_is_checked_submitted_and_closed(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "me")
    await page.get_by_role("button", name="Write").click()
    form = page.get_by_role("dialog", name="A prompt of your own")
    await form.get_by_role("button", name="Submit").click()
    await expect(form.get_by_text("This field is required.")).to_be_visible()
    await form.get_by_label("Prompt").fill("abc")
    await expect(form.get_by_text("At least 5 characters")).to_be_visible()
    await form.get_by_label("Prompt").fill("Here if you like")
    await form.get_by_text("Weekly").click()
    await form.get_by_role("combobox", name="Rooms").click()
    await page.get_by_role("listbox", name="Rooms").get_by_role("option", name="Dock").click()
    await page.keyboard.press("Escape")
    await form.get_by_role("checkbox", name="Share my counts").check()
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_have_count(0)
    text = "Submitted: ['Here if you like', 'weekly', ['dock'], True]"
    await expect(page.get_by_text(text)).to_be_visible()


async def test_a_checkbox_group_checks_how_many_are_chosen(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "sit")
    await page.get_by_role("button", name="How this works").click()
    form = page.get_by_role("dialog", name="How this works")
    await form.get_by_label("More").fill("two\nlines")
    submit = form.get_by_role("button", name="Submit")
    await submit.click()
    await expect(form.get_by_text("Choose at least one.")).to_be_visible()
    for day in ("Mon", "Tue", "Wed"):
        await form.get_by_label(day).check()
    await expect(form.get_by_text("Choose at least one.")).to_have_count(0)
    await submit.click()
    await expect(form.get_by_text("Choose at most 2.")).to_be_visible()
    await form.get_by_label("Tue").uncheck()
    await submit.click()
    await expect(page.get_by_text("Submitted: 'two\\nlines' ['Mon', 'Wed']")).to_be_visible()


async def test_a_modal_opens_only_in_the_tab_that_asked_for_it(stage: Any, expect: Any) -> None:
    page, other = await stage.look("Ada"), await stage.look("Ada")
    await run(page, "me")
    await expect(other.get_by_role("button", name="Write")).to_be_visible()
    await page.get_by_role("button", name="Write").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await other.get_by_role("dialog").count() == 0


async def test_escape_closes_a_modal_and_restores_the_focus(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "me")
    await page.get_by_role("button", name="Write").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(page.get_by_role("dialog").get_by_label("Prompt")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Write")).to_be_focused()


async def test_files_can_be_downloaded_and_pictures_have_a_description(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "export")
    picture = page.get_by_role("img", name="Twelve quiet weeks")
    await expect(picture).to_have_count(1)
    assert await picture.evaluate("async n => { await n.decode(); return n.naturalWidth }") == 320
    shown = page.locator(".embed img")
    assert await shown.evaluate("async n => { await n.decode(); return n.naturalWidth }") == 90
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download export.json").click()
    path = await (await download.value).path()
    assert path.read_bytes() == b'{"rows": []}'


async def test_a_silent_direct_message_shows_a_dot_and_no_badge(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await run(page, "hello")
    rail = page.get_by_role("button", name="Direct messages, unread")
    await expect(rail).to_be_visible()
    assert await page.locator(".badge").count() == 0
    await rail.click()
    await expect(page.locator(".message .silent")).to_be_visible()
    await expect(page.get_by_text("A quiet hello.")).to_be_visible()


async def test_the_page_shows_when_the_bot_disconnects(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await expect(page.get_by_text("Alongside is connected")).to_be_visible()
    await stage.bot.close()
    await expect(page.get_by_text("Alongside is not connected")).to_be_visible()
