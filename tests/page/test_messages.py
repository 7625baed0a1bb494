"""Reading and writing messages on the page, and moving between people and channels."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_message_appears_at_once_on_another_persons_page(stage: Any, expect: Any) -> None:
    ada, bo = await stage.look("Ada"), await stage.look("Bo")
    await ada.locator("#composer").fill("Good **morning**")
    await ada.keyboard.press("Enter")
    await expect(bo.locator(".message strong", has_text="morning")).to_be_visible()
    await expect(ada.locator("#composer")).to_have_value("")


async def test_a_name_with_markup_characters_is_shown_as_it_is(stage: Any, expect: Any) -> None:
    stage.box.person("Emi").user.display = "Emi *_~@everyone~_*"
    page = await stage.look("Ada")
    stage.box.person("Emi").say("quiet-corner", "hello")
    await expect(page.locator(".author")).to_have_text("Emi *_~@everyone~_*")
    await expect(page.locator(".member-name", has_text="@everyone")).to_have_text("Emi *_~@everyone~_*")


async def test_messages_are_never_parsed_as_html(stage: Any, expect: Any) -> None:
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


async def test_mentions_are_shown_as_names_and_open_channels(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    ada, channel = stage.box.person("Ada").id, stage.channel("library")
    stage.box.person("Bo").say("quiet-corner", f"<@{ada}> see <#{channel}>, </sit:1>")
    await expect(page.locator(".message .markup")).to_have_text("@Ada see #library, /sit")
    await page.locator(".message .mention", has_text="library").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")


async def test_the_current_person_is_in_the_url(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    bo = stage.box.person("Bo").id
    await page.get_by_label("You are:").select_option(str(bo))
    await expect(page.locator(".me-name")).to_have_text("Bo")
    assert f"as={bo}" in page.url
    await page.reload()
    await expect(page.locator(".me-name")).to_have_text("Bo")


async def test_the_list_of_people_marks_moderators_and_closed_dms(stage: Any, expect: Any) -> None:
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


async def test_a_ping_shows_a_badge_with_a_count(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    stage.box.person("Bo").say("library", f"<@{stage.box.person('Ada').id}>")
    await expect(page.locator(".channel", has_text="library").locator(".badge")).to_have_text("1")


async def test_a_lost_live_connection_reconnects_and_loads_what_was_missed(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    sockets: list[Any] = []
    is_down = {"now": False}

    async def through(socket: Any) -> None:
        if is_down["now"]:
            await socket.close()
            return
        sockets.append(socket)
        socket.connect_to_server()

    await page.route_web_socket("**/page/live*", through)
    await page.reload()
    await page.locator(".log-start").wait_for()
    is_down["now"] = True
    await sockets[0].close()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    stage.box.person("Bo").say("quiet-corner", "while you were away")
    is_down["now"] = False
    timeout = 15000  # longer than the longest wait before reconnecting
    await expect(page.get_by_text("while you were away")).to_be_visible(timeout=timeout)
    await expect(page.get_by_text("Reconnecting…")).to_have_count(0, timeout=timeout)


async def test_messages_sent_before_the_live_connection_opens_are_loaded(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    refused: list[Any] = []

    async def through(socket: Any) -> None:
        if refused:
            socket.connect_to_server()
            return
        refused.append(socket)
        await socket.close()

    await page.route_web_socket("**/page/live*", through)
    await page.reload()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    stage.box.person("Bo").say("quiet-corner", "while you were coming in")
    await expect(page.get_by_text("while you were coming in")).to_be_visible()


async def test_a_live_message_that_arrives_before_the_fetched_list_is_not_lost(
    stage: Any, expect: Any
) -> None:
    page = await stage.look("Ada", channel="library")

    async def fetch_before(route: Any) -> None:
        answer = await route.fetch()
        stage.box.person("Bo").say("quiet-corner", "live")
        stage.box.person("Bo").say("general", "after it")
        # Live events arrive in order: once this channel is unread, the earlier message has arrived too.
        await page.locator(".channel.unread", has_text="general").wait_for()
        await route.fulfill(response=answer)

    await page.route("**/page/messages*", fetch_before, times=1)
    await page.locator(".channel", has_text="quiet-corner").click()
    await expect(page.get_by_text("live")).to_be_visible()


async def test_own_messages_can_be_deleted_after_a_confirmation(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    stage.box.person("Ada").say("quiet-corner", "oh well")
    await page.locator(".message").hover()
    await page.get_by_role("button", name="Delete message by Ada").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.locator(".message")).to_have_count(0)


async def test_joining_and_leaving_voice_is_seen_by_others(stage: Any, expect: Any) -> None:
    page, other = await stage.look("Ada"), await stage.look("Bo")
    await page.locator(".channel", has_text="Tea room").click()
    await page.get_by_role("button", name="Join voice").click()
    await expect(other.locator(".sidebar .voice-member")).to_have_text("AAda")
    await page.locator(".me").get_by_role("button", name="Leave Tea room").click()
    await expect(other.locator(".sidebar .voice-member")).to_have_count(0)


async def test_people_can_send_the_bot_a_direct_message(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.get_by_role("button", name="Direct messages").click()
    await page.get_by_placeholder("Message @Alongside").fill("hi")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message")).to_contain_text("hi")


async def test_the_url_can_name_a_person_and_a_channel(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.goto(f"{stage.box.page_url}?as=bo&channel=library")
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")
    await expect(page.locator(".me-name")).to_have_text("Bo")


async def test_a_typed_name_becomes_a_mention(stage: Any, expect: Any) -> None:
    page, other = await stage.look("Ada"), await stage.look("Emi", channel="library")
    await page.locator("#composer").fill("@Emi *she/her* see #library, not #librarylike")
    await page.keyboard.press("Enter")
    sent = "@Emi *she/her* see #library, not #librarylike"
    await expect(page.locator(".message .markup")).to_have_text(sent)
    await expect(page.locator(".message .mention")).to_have_count(2)
    await expect(other.locator(".channel .badge")).to_have_text("1")


async def test_a_channel_stays_unread_while_the_events_are_shown(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.locator(".channel", has_text="Events").click()
    stage.box.person("Bo").say("quiet-corner", "hello")
    row = page.locator(".channel", has_text="quiet-corner")
    await expect(row.locator(".dot")).to_be_visible()
    await page.get_by_role("button", name="Close the events").click()
    await expect(page.locator(".message")).to_contain_text("hello")
    await expect(row.locator(".dot")).to_have_count(0)
