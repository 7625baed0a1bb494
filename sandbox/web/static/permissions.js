/**
 * What the app may do in a server, changed by someone who can manage the server.
 * @module permissions
 */
import { attempt } from "./attempt.js";
import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";

/** @typedef {import("./types.js").Guild} Guild */

/** Discord's labels with the bits. @type {Array<[string, bigint]>} */
const LABELS = [
  ["View Channels", 1n << 10n],
  ["Send Messages", 1n << 11n],
  ["Send Messages in Threads", 1n << 38n],
  ["Create Public Threads", 1n << 35n],
  ["Create Private Threads", 1n << 36n],
  ["Embed Links", 1n << 14n],
  ["Attach Files", 1n << 15n],
  ["Read Message History", 1n << 16n],
  ["Manage Messages", 1n << 13n],
  ["Manage Channels", 1n << 4n],
  ["Connect", 1n << 20n],
  ["Create Events", 1n << 44n],
  ["Manage Events", 1n << 33n],
];

/** @param {Guild} guild @returns {HTMLElement|null} the button, for people who can use it */
export function permissionsButton(guild) {
  if (!guild.can_manage || guild.app_permissions === null) return null;
  return el(
    "button",
    { type: "button", class: "button secondary", onclick: () => openPermissions(guild) },
    "App permissions",
  );
}

/** @param {Guild} guild */
function openPermissions(guild) {
  const held = BigInt(guild.app_permissions ?? "0");
  const ticks = LABELS.map(([label, bit]) => {
    const input = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox" }));
    input.checked = Boolean(held & bit);
    const text = el("span", { class: "tick-text" }, label);
    return { bit, input, row: el("label", { class: "tick" }, input, text) };
  });
  const save = async () => {
    const bits = ticks.reduce((sum, t) => (t.input.checked ? sum | t.bit : sum & ~t.bit), held);
    const asked = { guild: guild.id, permissions: String(bits) };
    if (await attempt("bot_permissions", asked)) dialog.close();
  };
  const dialog = openDialog({
    title: "App permissions",
    body: [
      el("p", {}, `What the app may do in ${guild.name}, in every channel.`),
      el(
        "div",
        { class: "ticks" },
        ticks.map((t) => t.row),
      ),
    ],
    footer: el("button", { type: "button", class: "button primary", onclick: save }, "Save"),
  });
}
