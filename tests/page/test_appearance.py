"""The page's layout, contrast, accessibility, clock and text markup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from tests.page.conftest import DESKTOP, PHONE
from tests.page.test_interactions import run
from tests.sandbox.grants import VOICE_AND_EVENTS, grant_bot

pytestmark = pytest.mark.asyncio(loop_scope="session")

OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter((n) => {
  const box = n.getBoundingClientRect();
  if (!box.width || n.closest('.unseen, .skip, .app-line-text, .popup-search')) return false;
  return box.right > innerWidth + 1 || box.left < -1;
}).map((n) => `${n.tagName}.${n.className}`)"""

LOW_CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
  const over = (top, under) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((i) => top[i] * alpha + under[i] * (1 - alpha));
  };
  const ground = (node) => {
    const layers = [];
    for (let n = node; n; n = n.parentElement) layers.push(parse(getComputedStyle(n).backgroundColor));
    const from = [255, 255, 255];
    return layers.reverse().filter((l) => l.length).reduce((under, top) => over(top, under), from);
  };
  const light = (c) => {
    const line = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = c.map((v) => line(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.getClientRects().length) continue;
    if (node.closest('.unseen, .skip, .spoiler, script, noscript, :disabled, .compact .stamp')) continue;
    const back = ground(node);
    const front = over(parse(getComputedStyle(node).color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${node.className} ${walker.currentNode.textContent} ${ratio.toFixed(2)}`);
  }
  return low;
}"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_messages_and_dialogs_fit_the_window_and_have_contrast(
    stage: Any, expect: Any, size: Any, scheme: str
) -> None:
    page = await stage.look("Ada", viewport=size, color_scheme=scheme)
    stage.box.person("Emi").say("quiet-corner", "Donaudampfschiff" * 30)
    stage.box.person("Emi").say(
        "quiet-corner", f"<@{stage.box.person('Ada').id}> `code` https://example.org/" + "a" * 200
    )
    await run(page, "sit")
    await expect(page.locator(".container")).to_be_visible()
    await run(page, "me")
    await expect(page.locator(".dropdown")).to_have_count(4)
    assert await page.evaluate(OVERFLOWING) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(LOW_CONTRAST) == []
    await page.get_by_role("button", name="Write").click()
    await page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    assert await page.evaluate(OVERFLOWING) == []
    assert await page.evaluate(LOW_CONTRAST) == []


async def test_on_a_phone_channels_are_in_a_drawer(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada", viewport=PHONE)
    await expect(page.locator("#drawer")).to_be_hidden()
    await page.get_by_role("button", name="Channels and servers").click()
    await page.locator(".channel", has_text="library").click()
    await expect(page.locator("#drawer")).to_be_hidden()
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")


async def test_the_chosen_theme_overrides_the_systems_and_is_remembered(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada", color_scheme="light")
    before = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.get_by_role("button", name="Switch to dark").click()
    after = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert before != after
    await page.reload()
    await expect(page.get_by_role("button", name="Switch to light")).to_be_visible()


async def test_screen_readers_find_landmarks_and_named_controls(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await expect(page.get_by_role("log", name="Messages")).to_have_attribute("aria-live", "polite")
    for name in ("Servers", "Channels"):
        await expect(page.get_by_role("navigation", name=name)).to_be_visible()
    await expect(page.get_by_role("complementary", name="Members")).to_be_visible()
    nameless = """() => [...document.querySelectorAll('button, input, select, textarea, a')]
      .filter((n) => !(n.getAttribute('aria-label') || n.textContent.trim() || n.labels?.length))
      .map((n) => n.outerHTML)"""
    assert await page.evaluate(nameless) == []


async def test_the_clock_can_be_moved_forward_by_a_day(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada", timezone_id="Asia/Tokyo")
    before = stage.box.clock.now()
    await page.get_by_role("button", name="Move the clock forward by one day").click()
    day = (before + timedelta(days=1, hours=9)).strftime("%a %-d %b")
    await expect(page.locator("#clock-time .clock-long")).to_contain_text(day.split()[1])
    assert stage.box.clock.now() - before >= timedelta(days=1)
    await expect(page.get_by_role("button", name="Skip ahead")).to_be_disabled()


async def test_the_clock_shows_that_it_is_moving_until_all_followers_are_done(
    stage: Any, expect: Any
) -> None:
    page = await stage.look("Ada")
    async with aiohttp.ClientSession() as session, session.ws_connect(stage.box.clock_url) as follower:
        sent = await follower.receive_json()
        await follower.send_json({"op": "alarm", "at": sent["at"] + 1800, "tick": sent["tick"]})
        step = page.get_by_role("button", name="Skip ahead")
        await expect(step).to_be_enabled()
        await step.click()
        await expect(page.locator(".clock-moving")).to_have_text("moving…")
        await expect(step).to_have_attribute("aria-disabled", "true")
        sent = await follower.receive_json()  # before the first step, at the same time
        await follower.send_json({"op": "alarm", "at": sent["at"] + 1800, "tick": sent["tick"]})
        sent = await follower.receive_json()
        await follower.send_json({"op": "alarm", "at": None, "tick": sent["tick"]})
        await expect(page.locator(".clock-moving")).to_have_text("")
        await expect(step).to_be_disabled()
        await expect(page.get_by_text("Nothing happened until now")).to_be_visible()


async def test_reduced_motion_stops_animations(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada", reduced_motion="reduce")
    await run(page, "slow")
    dot = page.locator(".dots i").first
    await expect(dot).to_be_visible()
    assert await dot.evaluate("n => getComputedStyle(n).animationName") == "none"


async def plan(stage: Any, name: str) -> None:
    """Let the bot create an event that starts in two hours."""
    guild = stage.bot.get_guild(next(iter(stage.box.world.guilds)))
    start = stage.box.clock.now() + timedelta(hours=2)
    grant_bot(stage.box, *VOICE_AND_EVENTS)
    await guild.create_scheduled_event(
        name=name,
        start_time=start,
        end_time=start + timedelta(hours=1),
        location="#library",
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_commands_events_and_voice_fit_the_window_and_have_contrast(
    stage: Any, expect: Any, size: Any, scheme: str
) -> None:
    await plan(stage, "Quiet hour of the " + "verylongname" * 6)
    page = await stage.look("Mika", viewport=size, color_scheme=scheme)

    async def check() -> None:
        assert await page.evaluate(OVERFLOWING) == []
        assert await page.evaluate(LOW_CONTRAST) == []

    await page.locator("#composer").fill("/")
    await expect(page.locator(".option.active")).to_be_visible()
    await check()
    await page.locator("#composer").fill("/quiet room add ")
    await page.get_by_role("button", name="Add option zone").click()
    await expect(page.locator(".option").first).to_be_visible()
    await check()
    here = page.url
    await page.goto(f"{here}&view=events")
    await expect(page.locator(".event")).to_be_visible()
    await check()
    await page.goto(f"{stage.box.page_url}?as=mika&channel=Tea room")
    await page.get_by_role("button", name="Join voice").click()
    await expect(page.get_by_role("button", name="Leave voice", exact=True)).to_be_visible()
    await check()


async def test_interest_in_an_event_is_shown_and_counted(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await plan(stage, "Quiet hour")
    await page.locator(".channel", has_text="Events").click()
    event = page.get_by_role("article", name="Quiet hour")
    await expect(event).to_contain_text("in 2 hours")
    await event.get_by_role("button", name="Interested").click()
    await expect(event.get_by_role("button", name="Interested")).to_have_attribute("aria-pressed", "true")
    await expect(event.locator(".event-count")).to_have_text("1")


NEW_TAB = 'target="_blank" rel="noopener noreferrer" title'
LINK = f'<a href="https://x.example/a_b_c" {NEW_TAB}="https://x.example/a_b_c">'

INLINE_MARKUP = {
    "**a** *b* __c__ ~~d~~ `e`": "<strong>a</strong> <em>b</em> <u>c</u> <s>d</s> <code>e</code>",
    r"\*a\* snake_case_name 2*3*4": "*a* snake_case_name 2<em>3</em>4",
    r"Emi \*\_\~@everyone\~\_\*": "Emi *_~@everyone~_*",
    "***both***": "<strong><em>both</em></strong>",
    "`**raw** <t:0:R>`": "<code>**raw** &lt;t:0:R&gt;</code>",
    "**open": "**open",
    "<script>x</script>": "&lt;script&gt;x&lt;/script&gt;",
    "[d e](https://x.example/a_b_c)": f"{LINK}d e</a>",
    "At https://x.example/a_b_c.": f"At {LINK}https://x.example/a_b_c</a>.",
    "[a](javascript:b)": "[a](javascript:b)",
}


async def test_inline_markup_is_drawn_as_html_elements(stage: Any) -> None:
    page = await stage.look("Ada")
    html = """async (texts) => {
      const { inlineMarkup } = await import('/page/markup.js');
      return texts.map((t) => inlineMarkup(t).innerHTML);
    }"""
    assert await page.evaluate(html, list(INLINE_MARKUP)) == list(INLINE_MARKUP.values())


async def test_a_line_does_not_end_between_a_mention_and_the_punctuation_beside_it(stage: Any) -> None:
    page = await stage.look("Ada")
    lines = """async () => {
      const { inlineMarkup } = await import('/page/markup.js');
      const text = inlineMarkup('(</help-now:1>).');
      text.style.cssText = 'display: block; width: 1px; overflow-wrap: normal';
      document.body.append(text);
      const range = document.createRange();
      range.selectNodeContents(text);
      return new Set([...range.getClientRects()].map((box) => box.bottom)).size;
    }"""
    assert await page.evaluate(lines) == 1


BLOCKS = {
    "# A\n## B\n-# c": [["heading", 1], ["heading", 2], ["subtext", None]],
    "> a\n> b\nc": [["quote", None], ["paragraph", None]],
    "- a\n  - b\n1. c": [["list", None], ["list", None]],
    "x\n```py\n# no\n```\ny": [["paragraph", None], ["code", None], ["paragraph", None]],
    ">>> a\n# b": [["quote", None]],
    "#no\n-#no": [["paragraph", None]],
}


async def test_block_markup_is_parsed_into_blocks(stage: Any) -> None:
    page = await stage.look("Ada")
    kinds = """async (texts) => {
      const { parse } = await import('/page/markdown.js');
      return texts.map((t) => parse(t).map((b) => [b.type, b.level ?? null]));
    }"""
    assert await page.evaluate(kinds, list(BLOCKS)) == list(BLOCKS.values())
