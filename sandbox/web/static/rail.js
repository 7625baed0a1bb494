/**
 * The column with direct messages and the person's servers.
 * @module rail
 */
import { firstChannel } from "./channels.js";
import { byId, el, refill } from "./dom.js";
import { icon } from "./icons.js";
import { go } from "./route.js";
import { guildOf, state, store, unreadOf } from "./store.js";

/** Draw the column. */
export function drawRail() {
  const here = guildOf(store.route.channel);
  const dms = state().dms;
  const inDms = !here && store.route.channel !== null;
  refill(
    byId("rail"),
    railButton("dms", "Direct messages", icon("envelope"), inDms, sum(dms.map((d) => d.id)), () =>
      go({ channel: dms[0]?.id ?? null, view: "channel" }),
    ),
    el("hr", {}),
    state().guilds.map((g) =>
      railButton(
        `guild-${g.id}`,
        g.name,
        g.icon_text,
        here?.id === g.id,
        sum(g.channels.map((c) => c.id)),
        () => go({ channel: firstChannel(g)?.id ?? null, view: "channel" }),
      ),
    ),
  );
}

/**
 * @param {string} key
 * @param {string} name
 * @param {any} face
 * @param {boolean} current
 * @param {import("./types.js").Unread} unread
 * @param {() => void} onclick
 */
function railButton(key, name, face, current, unread, onclick) {
  const unreadText = unread.pings ? `, ${unread.pings} notifications` : unread.count ? ", unread" : "";
  return el(
    "div",
    { class: current ? "rail-item current" : unread.count ? "rail-item unread" : "rail-item" },
    el(
      "button",
      {
        type: "button",
        class: "rail-button",
        title: name,
        "aria-label": name + unreadText,
        "aria-current": current ? "true" : null,
        data: { key },
        onclick,
      },
      face,
    ),
    unread.pings ? el("span", { class: "badge", "aria-hidden": "true" }, unread.pings) : null,
  );
}

/** @param {string[]} ids @returns {import("./types.js").Unread} */
function sum(ids) {
  return ids
    .map(unreadOf)
    .reduce((a, b) => ({ count: a.count + b.count, pings: a.pings + b.pings }), { count: 0, pings: 0 });
}
