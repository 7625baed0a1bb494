/**
 * The member list of the open server.
 * @module members
 */
import { byId, el, refill } from "./dom.js";
import { appMark, avatar } from "./people.js";
import { cssColour } from "./embed.js";
import { permissionsButton } from "./permissions.js";
import { guildOf, on, store, userHue } from "./store.js";

/** @typedef {import("./types.js").MemberRow} MemberRow */

/** Draw the list, and again after every change. */
export function watchMembers() {
  on("state", drawMembers);
  on("route", drawMembers);
}

export function drawMembers() {
  if (!store.state) return;
  const guild = guildOf(store.route.channel);
  const node = byId("members");
  node.hidden = guild === null;
  if (!guild) return;
  refill(
    node,
    group(
      "Members",
      guild.members.filter((m) => !m.is_bot),
    ),
    group(
      "Apps",
      guild.members.filter((m) => m.is_bot),
    ),
    permissionsButton(guild),
  );
}

/** @param {string} title @param {MemberRow[]} members */
function group(title, members) {
  if (!members.length) return null;
  return el(
    "section",
    {},
    el("h2", { class: "members-head" }, `${title}, ${members.length}`),
    el(
      "ul",
      { class: "member-list" },
      members.map((m) => {
        const colour = typeof m.color === "number" && m.color ? cssColour(m.color) : null;
        return el(
          "li",
          { class: "member" },
          avatar(m.name, userHue(m.id), "small"),
          el("bdi", { class: "member-name" }, m.name),
          m.is_bot ? appMark() : null,
          colour
            ? el("span", {
                class: "role-dot",
                vars: { role: colour },
                title: "has a role",
                "aria-hidden": "true",
              })
            : null,
        );
      }),
    ),
  );
}
