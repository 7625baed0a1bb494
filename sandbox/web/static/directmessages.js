/**
 * The list of direct message conversations.
 * @module directmessages
 */
import { el } from "./dom.js";
import { avatar } from "./people.js";
import { go } from "./route.js";
import { state, store, unreadOf } from "./store.js";

/** Draw the list. */
export function drawDms() {
  return [
    el("h2", { class: "side-head" }, "Direct messages"),
    el(
      "div",
      { class: "channel-list" },
      state().dms.map((dm) => {
        const unread = unreadOf(dm.id);
        const current = store.route.channel === dm.id;
        return el(
          "button",
          {
            type: "button",
            class: unread.count ? "channel dm unread" : "channel dm",
            "aria-current": current ? "page" : null,
            data: { key: dm.id },
            onclick: () => go({ channel: dm.id, view: "channel" }),
          },
          unread.count && !current ? el("span", { class: "dot", "aria-hidden": "true" }) : null,
          avatar(dm.user.display, dm.user.avatar_hue, "small"),
          el("span", { class: "channel-name" }, dm.user.display),
          unread.pings
            ? el("span", { class: "badge" }, unread.pings)
            : unread.count
              ? el("span", { class: "unseen" }, "unread")
              : null,
        );
      }),
    ),
  ];
}
