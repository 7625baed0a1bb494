/**
 * The channel list of the open server, and when to draw it and the column of servers.
 * @module sidebar
 */
import { isListed, isThread, isVoice, ordered } from "./channels.js";
import { drawDms } from "./directmessages.js";
import { byId, el, refill } from "./dom.js";
import { icon } from "./icons.js";
import { drawRail } from "./rail.js";
import { go } from "./route.js";
import { guildOf, on, store, unreadOf } from "./store.js";
import { CHANNEL } from "./types.js";
import { drawMe, drawVoiceMember } from "./voice.js";

/** @typedef {import("./types.js").Channel} Channel */
/** @typedef {import("./types.js").Guild} Guild */

/** The ids of collapsed categories. @type {Set<string>} */
const folded = new Set();

/** Draw both columns, and again after every change. */
export function watchSidebar() {
  for (const topic of /** @type {const} */ (["state", "route", "unread", "app"])) on(topic, drawSidebar);
}

export function drawSidebar() {
  if (!store.state) return;
  drawRail();
  const sidebar = byId("sidebar");
  const scrolled = sidebar.querySelector(".channel-list")?.scrollTop ?? 0;
  const guild = guildOf(store.route.channel);
  refill(sidebar, guild ? drawGuild(guild) : drawDms(), drawMe());
  const list = sidebar.querySelector(".channel-list");
  if (list) list.scrollTop = scrolled;
}

/** @param {Guild} guild */
function drawGuild(guild) {
  const loose = ordered(
    guild.channels.filter((c) => c.type !== CHANNEL.CATEGORY && !c.parent_id && isListed(c)),
  );
  const categories = ordered(guild.channels.filter((c) => c.type === CHANNEL.CATEGORY));
  return [
    el("h2", { class: "side-head" }, guild.name),
    el(
      "div",
      { class: "channel-list" },
      el(
        "button",
        {
          type: "button",
          class: "channel",
          "aria-current": store.route.view === "events" ? "page" : null,
          data: { key: "events" },
          onclick: () => go({ view: "events" }),
        },
        icon("calendar"),
        el("span", { class: "channel-name" }, "Events"),
        guild.events.length ? el("span", { class: "tally" }, guild.events.length) : null,
      ),
      loose.map((c) => drawWithThreads(c, guild)),
      categories.map((c) => drawCategory(c, guild)),
    ),
  ];
}

/** @param {Channel} category @param {Guild} guild */
function drawCategory(category, guild) {
  const inside = ordered(guild.channels.filter((c) => c.parent_id === category.id)).filter(isListed);
  const shut = folded.has(category.id);
  const shown = shut ? inside.filter((c) => c.id === store.route.channel || unreadOf(c.id).count) : inside;
  return el(
    "section",
    { class: "category" },
    el(
      "h3",
      {},
      el(
        "button",
        {
          type: "button",
          class: shut ? "category-name shut" : "category-name",
          "aria-expanded": String(!shut),
          data: { key: category.id },
          onclick: () => {
            if (!folded.delete(category.id)) folded.add(category.id);
            drawSidebar();
          },
        },
        icon("down"),
        el("span", {}, category.name),
      ),
    ),
    shown.map((c) => drawWithThreads(c, guild)),
  );
}

/** @param {Channel} channel @param {Guild} guild */
function drawWithThreads(channel, guild) {
  const threads = ordered(
    guild.channels.filter((c) => isThread(c) && c.parent_id === channel.id && isListed(c)),
  );
  return [drawChannel(channel), threads.map(drawChannel)];
}

/** @param {Channel} channel */
function drawChannel(channel) {
  const current = store.route.view === "channel" && store.route.channel === channel.id;
  const unread = unreadOf(channel.id);
  const voice = isVoice(channel);
  const thread = isThread(channel);
  const unreadText = unread.pings ? `, ${unread.pings} notifications` : unread.count ? ", unread" : "";
  return [
    el(
      "button",
      {
        type: "button",
        class: ["channel", unread.count ? "unread" : "", thread ? "thread" : ""].join(" "),
        "aria-current": current ? "page" : null,
        "aria-label": `${channel.name}${voice ? ", voice channel" : ""}${unreadText}`,
        data: { key: channel.id },
        onclick: () => go({ channel: channel.id, view: "channel" }),
      },
      unread.count && !current ? el("span", { class: "dot", "aria-hidden": "true" }) : null,
      icon(voice ? "voice" : thread ? "thread" : "hash"),
      el("span", { class: "channel-name" }, channel.name),
      voice && channel.voice?.user_limit
        ? el("span", { class: "tally" }, `${channel.voice.members.length}/${channel.voice.user_limit}`)
        : null,
      unread.pings ? el("span", { class: "badge", "aria-hidden": "true" }, unread.pings) : null,
    ),
    voice && channel.voice?.status ? el("p", { class: "voice-status" }, channel.voice.status) : null,
    voice && channel.voice?.members.length
      ? el(
          "ul",
          { class: "voice-members", "aria-label": `In ${channel.name}` },
          channel.voice.members.map(drawVoiceMember),
        )
      : null,
  ];
}
