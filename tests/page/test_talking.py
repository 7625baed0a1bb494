"""Reading and writing: messages, names, marks, times, and two people at once."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_one_person_says_another_reads_at_once(stage: Any, expect: Any) -> None:
    ada, bo = await stage.look("Ada"), await stage.look("Bo")
    await ada.locator("#composer").fill("Good **morning**")
    await ada.keyboard.press("Enter")
    await expect(bo.locator(".message strong", has_text="morning")).to_be_visible()
    await expect(ada.locator("#composer")).to_have_value("")


async def test_a_hard_name_is_shown_as_it_is_written(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    stage.box.person("Emi").say("quiet-corner", "hello")
    await expect(page.locator(".author")).to_have_text("Emi *_~@everyone~_*")
    await expect(page.locator(".member-name", has_text="@everyone")).to_have_text("Emi *_~@everyone~_*")


async def test_nothing_written_is_ever_parsed_as_html(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    text = "<img src=x onerror=document.title='owned'><b>no</b> [x](javascript:alert(1))"
    stage.box.person("Bo").say("quiet-corner", text)
    await expect(page.locator(".message .markup")).to_have_text(text)
    assert await page.locator(".message img, .message b, .message a").count() == 0


async def test_relative_times_follow_the_sandbox_clock(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    at = int(stage.box.clock.now().timestamp()) + 3 * 3600 + 600
    stage.box.person("Bo").say("quiet-corner", f"until <t:{at}:R>")
    moment = page.locator(".message .moment")
    await expect(moment).to_have_text("in 3 hours")
    await page.get_by_role("button", name="Move the clock forward by one hour").click()
    await expect(moment).to_have_text("in 2 hours")


async def test_mentions_read_as_names(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    ada, channel = stage.box.person("Ada").id, stage.channel("library")
    stage.box.person("Bo").say("quiet-corner", f"<@{ada}> see <#{channel}>, </sit:1>")
    await expect(page.locator(".message .markup")).to_have_text("@Ada see #library, /sit")
    await page.locator(".message .mention", has_text="library").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")


async def test_the_person_is_kept_in_the_address(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    bo = stage.box.person("Bo").id
    await page.get_by_label("You are:").select_option(str(bo))
    await expect(page.locator(".me-name")).to_have_text("Bo")
    assert f"as={bo}" in page.url
    await page.reload()
    await expect(page.locator(".me-name")).to_have_text("Bo")


async def test_the_moderator_and_closed_dms_are_marked_in_the_list_of_people(
    stage: Any, expect: Any
) -> None:
    page = await stage.look("Ada")
    await expect(page.locator("#person option", has_text="Mika")).to_have_text("Mika (moderator)")
    await expect(page.locator("#person option", has_text="Noor")).to_have_text("Noor (DMs closed)")


async def test_an_unread_channel_is_marked_until_it_is_opened(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    stage.box.person("Bo").say("library", "a page turns")
    row = page.locator(".channel", has_text="library")
    await expect(row).to_have_class("channel unread ")
    assert await row.locator(".badge").count() == 0
    await row.click()
    await expect(row.locator(".dot")).to_have_count(0)
    await page.locator(".channel", has_text="general").click()
    await expect(row).not_to_have_class("channel unread ")


async def test_a_ping_carries_a_count(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    stage.box.person("Bo").say("library", f"<@{stage.box.person('Ada').id}>")
    await expect(page.locator(".channel", has_text="library").locator(".badge")).to_have_text("1")


async def test_a_lost_connection_comes_back_and_catches_up(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    sockets: list[Any] = []
    hold = {"on": False}

    async def through(socket: Any) -> None:
        if hold["on"]:
            await socket.close()
            return
        sockets.append(socket)
        socket.connect_to_server()

    await page.route_web_socket("**/page/live*", through)
    await page.reload()
    await page.locator(".log-start").wait_for()
    hold["on"] = True
    await sockets[0].close()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    stage.box.person("Bo").say("quiet-corner", "while you were away")
    hold["on"] = False
    patience = 15000  # longer than the longest pause between tries
    await expect(page.get_by_text("while you were away")).to_be_visible(timeout=patience)
    await expect(page.get_by_text("Reconnecting…")).to_have_count(0, timeout=patience)


async def test_what_was_said_before_the_first_connection_opened_is_seen(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    turned_away: list[Any] = []

    async def through(socket: Any) -> None:
        if turned_away:
            socket.connect_to_server()
            return
        turned_away.append(socket)
        await socket.close()

    await page.route_web_socket("**/page/live*", through)
    await page.reload()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    stage.box.person("Bo").say("quiet-corner", "while you were coming in")
    await expect(page.get_by_text("while you were coming in")).to_be_visible()


async def test_a_message_that_overtakes_the_list_stays(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada", channel="library")

    async def overtaken(route: Any) -> None:
        answer = await route.fetch()
        stage.box.person("Bo").say("quiet-corner", "overtaking")
        stage.box.person("Bo").say("general", "heard of after it")
        # News comes in order: once this mark is there, the message before it was heard of too.
        await page.locator(".channel.unread", has_text="general").wait_for()
        await route.fulfill(response=answer)

    await page.route("**/page/messages*", overtaken, times=1)
    await page.locator(".channel", has_text="quiet-corner").click()
    await expect(page.get_by_text("overtaking")).to_be_visible()


async def test_own_messages_can_be_deleted_after_a_question(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    stage.box.person("Ada").say("quiet-corner", "oh well")
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Delete message by Ada").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.locator(".message")).to_have_count(0)


async def test_sitting_in_voice_is_seen_and_left(stage: Any, expect: Any) -> None:
    page, other = await stage.look("Ada"), await stage.look("Bo")
    await page.locator(".channel", has_text="Tea room").click()
    await page.get_by_role("button", name="Join voice").click()
    await expect(other.locator(".sidebar .voice-member")).to_have_text("AAda")
    await page.locator(".me").get_by_role("button", name="Leave Tea room").click()
    await expect(other.locator(".sidebar .voice-member")).to_have_count(0)


async def test_the_app_can_be_written_to_privately(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.get_by_role("button", name="Direct messages").click()
    await page.get_by_placeholder("Message @Alongside").fill("hi")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("hi")


async def test_an_address_may_use_names(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.goto(f"{stage.box.page_url}?as=bo&channel=library")
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")
    await expect(page.locator(".me-name")).to_have_text("Bo")


async def test_a_typed_name_becomes_a_mention(stage: Any, expect: Any) -> None:
    page, other = await stage.look("Ada"), await stage.look("Emi", channel="library")
    await page.locator("#composer").fill("@Emi *_~@everyone~_* see #library, not #librarylike")
    await page.keyboard.press("Enter")
    sent = "@Emi *_~@everyone~_* see #library, not #librarylike"
    await expect(page.locator(".message .markup")).to_have_text(sent)
    await expect(page.locator(".message .mention")).to_have_count(2)
    await expect(other.locator(".channel .badge")).to_have_text("1")


async def test_a_channel_behind_the_events_stays_unread(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.locator(".channel", has_text="Events").click()
    stage.box.person("Bo").say("quiet-corner", "hello")
    row = page.locator(".channel", has_text="quiet-corner")
    await expect(row.locator(".dot")).to_be_visible()
    await page.get_by_role("button", name="Close the events").click()
    await expect(page.locator(".message")).to_contain_text("hello")
    await expect(row.locator(".dot")).to_have_count(0)
