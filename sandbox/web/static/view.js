/**
 * The middle column: header, people in voice, messages or events, and message box.
 * @module view
 */
import { composer } from "./composer.js";
import { byId, el, refill } from "./dom.js";
import { eventList } from "./events.js";
import { icon, iconButton } from "./icons.js";
import { inlineMarkup } from "./markup.js";
import { messageList } from "./messagelist.js";
import { go } from "./route.js";
import { drawVoiceMember, joinVoice } from "./voice.js";
import { channelById, dmById, guildOf, me, on, store } from "./store.js";
import { isVoice } from "./channels.js";

const strip = el("div", { class: "voice-strip", hidden: true });
const log = el("div", { class: "channel-view" });

/** Draw the column, and again after every change. */
export function watchView() {
  log.append(strip, messageList(), composer());
  byId("view").append(log, eventList());
  for (const topic of /** @type {const} */ (["state", "route"])) on(topic, drawView);
  byId("veil").addEventListener("click", closeDrawers);
  addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !byId("veil").hidden && !e.defaultPrevented) closeDrawers();
  });
}

export function drawView() {
  if (!store.state) return;
  const events = store.route.view === "events" && guildOf(store.route.channel) !== null;
  log.hidden = events;
  drawHead(events);
  drawStrip();
}

/** @param {boolean} events */
function drawHead(events) {
  const channel = channelById(store.route.channel);
  const dm = dmById(store.route.channel);
  const voiceLike = isVoice(channel);
  const title = events ? "Events" : dm ? dm.user.display : (channel?.name ?? "Direct messages");
  document.title = `${title} · Sandbox`;
  const shut = () => go({ view: "channel" });
  refill(
    byId("channel-head"),
    iconButton("menu", "Channels and servers", () => openDrawer("drawer"), {
      class: "only-narrow",
      "aria-controls": "drawer",
      data: { key: "open-drawer" },
    }),
    icon(events ? "calendar" : !channel ? "envelope" : voiceLike ? "voice" : "hash"),
    el("h1", { class: "channel-title" }, title),
    !events && channel?.topic
      ? el("p", { class: "topic", title: channel.topic }, inlineMarkup(channel.topic))
      : el("span", { class: "topic" }),
    events ? iconButton("close", "Close the events", shut, { data: { key: "close-events" } }) : null,
    guildOf(store.route.channel)
      ? iconButton("people", "Show or hide members", toggleMembers, {
          "aria-controls": "members",
          data: { key: "open-members" },
        })
      : null,
  );
}

/** Draw who is in the open voice channel, with a button to join or leave. */
function drawStrip() {
  const channel = channelById(store.route.channel);
  strip.hidden = !isVoice(channel);
  if (strip.hidden || !channel) return;
  const members = channel.voice?.members ?? [];
  const inside = members.some((m) => m.user_id === me());
  refill(
    strip,
    members.length
      ? el("ul", { class: "voice-members", "aria-label": `In ${channel.name}` }, members.map(drawVoiceMember))
      : el("p", { class: "voice-none" }, "Nobody is in this voice channel."),
    el(
      "button",
      {
        type: "button",
        class: inside ? "button secondary" : "button success",
        disabled: !inside && channel.voice?.can_connect === false,
        data: { key: "voice-toggle" },
        onclick: () => void joinVoice(inside ? null : channel.id),
      },
      icon(inside ? "leave" : "voice"),
      el("span", { class: "button-label" }, inside ? "Leave voice" : "Join voice"),
    ),
  );
}

/** @param {"drawer"|"members"} id */
function openDrawer(id) {
  closeDrawers();
  byId(id).classList.add("open");
  byId("veil").hidden = false;
  const first = byId(id).querySelector("[aria-current] , button");
  if (first instanceof HTMLElement) first.focus();
}

/** Close the drawers of narrow screens. */
export function closeDrawers() {
  const was = !byId("veil").hidden;
  byId("drawer").classList.remove("open");
  byId("members").classList.remove("open");
  byId("veil").hidden = true;
  const opener = document.querySelector("[data-key='open-drawer']");
  if (
    was &&
    opener instanceof HTMLElement &&
    (document.activeElement === document.body || byId("drawer").contains(document.activeElement))
  )
    opener.focus();
}

function toggleMembers() {
  if (matchMedia("(max-width: 1100px)").matches) openDrawer("members");
  else byId("shell").classList.toggle("no-members");
}
