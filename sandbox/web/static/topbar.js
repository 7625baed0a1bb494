/**
 * The bar at the top: the person, the clock, and whether the app is connected.
 * @module topbar
 */
import { fetchState, Refused } from "./api.js";
import { attempt } from "./attempt.js";
import { byId, el, refill } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { isDark, soundIsOn, toggleSound, toggleTheme } from "./preferences.js";
import { me, on, state, store } from "./store.js";
import { formatMoment, formatRelative, now } from "./time.js";
import { toast } from "./toast.js";

/** @typedef {import("./types.js").User} User */

const STEPS = [
  { by: 600, label: "+10 min", name: "Move the clock forward by ten minutes" },
  { by: 3600, label: "+1 h", name: "Move the clock forward by one hour" },
  { by: 86400, label: "+1 day", name: "Move the clock forward by one day" },
];

/** Who can manage a server, by user id. Fetched once, because a person's state tells only their own permissions. @type {Map<string, boolean>} */
const moderators = new Map();
/** Whether a clock move of this tab is in progress. */
let moving = false;
/** @type {(id: string) => void} */
let switchTo = () => {};

/** Draw the bar, and again after every change. @param {(id: string) => void} onSwitch */
export function watchTopbar(onSwitch) {
  switchTo = onSwitch;
  for (const topic of /** @type {const} */ (["state", "clock", "app", "connection"])) on(topic, drawTopbar);
}

export function drawTopbar() {
  if (!store.state) return;
  refill(byId("topbar"), drawPerson(), drawClock(), drawStatus());
}

function drawPerson() {
  const select = el(
    "select",
    {
      id: "person",
      class: "person",
      data: { key: "person" },
      onchange: (/** @type {any} */ e) => switchTo(e.target.value),
    },
    state().people.map((p) => el("option", { value: p.id }, personLabel(p))),
  );
  select.value = me();
  const open = state().me.dms_open;
  return el(
    "div",
    { class: "top-group top-person" },
    el("label", { for: "person", class: "top-label" }, "You are:"),
    select,
    drawLanguage(),
    el(
      "button",
      {
        type: "button",
        class: open ? "top-button dms" : "top-button dms on",
        "aria-pressed": String(!open),
        data: { key: "dms-toggle" },
        title: open
          ? "The app can send you direct messages. Click to turn them off"
          : "The app cannot send you direct messages. Click to turn them on",
        onclick: () => void attempt("dms", { open: !open }),
      },
      open ? "DMs open" : "DMs closed",
    ),
  );
}

/** The language of the person's client. */
function drawLanguage() {
  const { locale } = state().me;
  const select = el(
    "select",
    {
      class: "person language",
      "aria-label": "Language of this person's Discord",
      title: "Language of this person's Discord",
      data: { key: "language" },
      onchange: (/** @type {any} */ e) => void attempt("language", { locale: e.target.value }),
    },
    state().languages.map((l) => el("option", { value: l }, languageName(l))),
  );
  select.value = locale;
  return select;
}

/** The name of a language in itself, such as "Deutsch" or "English (US)". @param {string} locale */
function languageName(locale) {
  const names = new Intl.DisplayNames([locale], {
    type: "language",
    languageDisplay: "standard",
    style: "short",
  });
  return names.of(locale) ?? locale;
}

/** @param {User} person */
function personLabel(person) {
  const marks = [
    moderators.get(person.id) ? "moderator" : null,
    person.dms_open ? null : "DMs closed",
  ].filter(Boolean);
  return marks.length ? `${person.display} (${marks.join(", ")})` : person.display;
}

function drawClock() {
  const { next } = state().clock;
  const busy = moving || state().clock.moving;
  const planned =
    next === null
      ? "Nothing is planned"
      : `Move the clock to when something happens: ${formatMoment(next, "clock")} or later`;
  return el(
    "div",
    { class: "top-group top-clock", role: "group", "aria-label": "Sandbox clock" },
    el(
      "span",
      { class: "clock-now", title: Intl.DateTimeFormat().resolvedOptions().timeZone },
      icon("clock"),
      el("time", { id: "clock-time", class: "clock-time" }, clockFace()),
    ),
    STEPS.map((s) => drawStep(s.label, s.name, `clock-${s.by}`, { by: s.by }, busy)),
    drawStep("Skip ahead", planned, "clock-next", { to: "next" }, busy, next === null),
    el("span", { class: "clock-moving", role: "status" }, busy ? "moving…" : ""),
  );
}

/**
 * @param {string} label
 * @param {string} title
 * @param {string} key
 * @param {Record<string, any>} fields
 * @param {boolean} busy whether it is inactive for a moment; unlike `disabled` it then keeps the focus
 * @param {boolean} [disabled]
 */
function drawStep(label, title, key, fields, busy, disabled = false) {
  const props = {
    type: "button",
    class: "top-button",
    title,
    "aria-label": label.startsWith("+") ? title : null,
    "aria-disabled": busy ? "true" : null,
    disabled,
    data: { key },
    onclick: () => void move(fields),
  };
  return el("button", props, label);
}

function drawStatus() {
  const { name, connected } = state().app;
  return el(
    "div",
    { class: "top-group top-line" },
    el(
      "span",
      { class: connected ? "app-line up" : "app-line", role: "status" },
      el("span", { class: "lamp", "aria-hidden": "true" }),
      el("span", { class: "app-line-text" }, connected ? `${name} is connected` : `${name} is not connected`),
    ),
    store.live ? null : el("span", { class: "reconnecting", role: "status" }, "Reconnecting…"),
    drawSwitch(soundIsOn() ? "bell" : "bellOff", "Sound for notifications", toggleSound, {
      "aria-pressed": String(soundIsOn()),
      title: soundIsOn() ? "Sound is on for notifications" : "Sound is off",
      data: { key: "sound" },
    }),
    drawSwitch(isDark() ? "sun" : "moon", isDark() ? "Switch to light" : "Switch to dark", toggleTheme, {
      data: { key: "theme" },
    }),
  );
}

/** @param {string} name @param {string} label @param {() => void} change @param {Record<string, any>} props */
function drawSwitch(name, label, change, props) {
  const turn = () => {
    change();
    drawTopbar();
  };
  return iconButton(name, label, turn, props);
}

/** Draw the date and time; narrow screens show the weekday instead of the date. @returns {HTMLElement[]} */
function clockFace() {
  return [
    el("span", { class: "clock-long" }, formatMoment(now(), "clock")),
    el("span", { class: "clock-short" }, formatMoment(now(), "clockShort")),
  ];
}

/** Update the clock, once a second. */
export function tick() {
  const face = document.getElementById("clock-time");
  if (!face) return;
  const fresh = clockFace();
  if (face.textContent !== fresh.map((n) => n.textContent).join("")) face.replaceChildren(...fresh);
  const next = store.state?.clock.next;
  face.title = next ? `Next: ${formatRelative(next)}` : "";
}

/** @param {Record<string, any>} fields */
async function move(fields) {
  // Inactive buttons can still be clicked, because they keep the focus.
  if (moving || state().clock.moving) return;
  moving = true;
  drawTopbar();
  const reply = await attempt("clock", fields);
  if (reply?.happened === false) toast("Nothing happened until now that anyone could see.");
  moving = false;
  drawTopbar();
}

/** Find out who can manage a server, to mark them in the list of people. */
export async function markModerators() {
  for (const person of state().people) {
    try {
      const seen = person.is_moderator ?? (await fetchState(person.id)).guilds.some((g) => g.can_manage);
      moderators.set(person.id, Boolean(seen));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return;
    }
  }
  drawTopbar();
}
