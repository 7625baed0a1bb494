/**
 * People in voice channels, and joining one.
 * @module voice
 */
import { attempt } from "./attempt.js";
import { el } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { avatar } from "./people.js";
import { state, userHue, userName } from "./store.js";

/** @param {import("./types.js").VoiceMember} member */
export function drawVoiceMember(member) {
  const name = userName(member.user_id);
  return el(
    "li",
    { class: "voice-member" },
    avatar(name, userHue(member.user_id), "tiny"),
    el("bdi", { class: "voice-name" }, name),
    member.suppress
      ? el("span", { class: "voice-mark", title: "Cannot speak here" }, icon("muted", "cannot speak here"))
      : null,
    member.mute && !member.suppress
      ? el("span", { class: "voice-mark", title: "Muted" }, icon("muted", "muted"))
      : null,
  );
}

/** Join a voice channel, or leave voice if it is null. @param {string|null} channel */
export function joinVoice(channel) {
  return attempt("voice", { channel });
}

/** Draw the person's own name, with the voice channel they are in. @returns {HTMLElement} */
export function drawMe() {
  const person = state().me;
  const names = el(
    "span",
    { class: "me-text" },
    el("bdi", { class: "me-name" }, person.display),
    el("span", { class: "me-note" }, person.name),
  );
  const face = avatar(person.display, person.avatar_hue, "small");
  return el("div", { class: "me" }, drawOwnVoice(person.id), el("div", { class: "me-row" }, face, names));
}

/** @param {string} person */
function drawOwnVoice(person) {
  const channels = state().guilds.flatMap((g) => g.channels);
  const here = channels.find((c) => c.voice?.members.some((m) => m.user_id === person));
  if (!here) return null;
  const text = el(
    "span",
    { class: "voice-here-text" },
    el("span", { class: "voice-here-note" }, "In voice"),
    el("span", {}, here.name),
  );
  const leave = iconButton("leave", `Leave ${here.name}`, () => void joinVoice(null), {
    data: { key: "leave-voice" },
  });
  return el("div", { class: "voice-here" }, text, leave);
}
