/**
 * The view of a server's scheduled events.
 * @module events
 */
import { attempt } from "./attempt.js";
import { el, refill } from "./dom.js";
import { icon } from "./icons.js";
import { markup, moment } from "./markup.js";
import { go } from "./route.js";
import { channelById, guildOf, on, store } from "./store.js";

/** @typedef {import("./types.js").GuildEvent} GuildEvent */

const node = el("div", { class: "events", hidden: true });

/** Create the view. @returns {HTMLElement} */
export function eventList() {
  on("state", drawEvents);
  on("route", drawEvents);
  return node;
}

export function drawEvents() {
  node.hidden = store.route.view !== "events";
  const guild = guildOf(store.route.channel);
  if (node.hidden || !store.state || !guild) return;
  const coming = [...guild.events].sort((a, b) => a.start - b.start);
  refill(
    node,
    el(
      "div",
      { class: "events-inner" },
      coming.length ? coming.map(drawEvent) : el("p", { class: "log-empty" }, "No events are planned."),
    ),
  );
}

/** @param {GuildEvent} event */
function drawEvent(event) {
  const active = event.status === 2 || String(event.status).toLowerCase() === "active";
  return el(
    "article",
    { class: active ? "event active" : "event", "aria-label": event.name },
    el(
      "p",
      { class: "event-when" },
      icon("calendar"),
      el(
        "span",
        {},
        active ? el("strong", {}, "Happening now · ") : null,
        moment(event.start, "F"),
        event.end ? [" – ", moment(event.end, "t")] : null,
        active ? null : [" · ", moment(event.start, "R")],
      ),
    ),
    el("h2", { class: "event-name" }, event.name),
    event.description ? el("div", { class: "event-text" }, markup(event.description)) : null,
    el(
      "div",
      { class: "event-foot" },
      drawPlace(event),
      el("span", { class: "event-count" }, icon("people", "interested"), event.count),
      el(
        "button",
        {
          type: "button",
          class: event.interested ? "button success" : "button secondary",
          "aria-pressed": String(event.interested),
          data: { key: `${event.id}:interested` },
          onclick: () => void attempt("interested", { event: event.id, on: !event.interested }),
        },
        event.interested ? icon("check") : icon("star"),
        el("span", { class: "button-label" }, "Interested"),
      ),
    ),
  );
}

/** Draw the location; a channel is a link. @param {GuildEvent} event */
function drawPlace(event) {
  const channel = channelById(event.channel_id);
  if (!channel) return el("span", { class: "event-place" }, icon("pin"), event.location ?? "somewhere");
  const props = {
    type: "button",
    class: "text-button event-place",
    data: { key: `${event.id}:place` },
    onclick: () => go({ channel: channel.id, view: "channel" }),
  };
  return el("button", props, icon("voice"), channel.name);
}
