/**
 * Commands, clicks, choices and forms on their way to the app, and what became of them.
 * @module interactions
 */
import { act, Refused } from "./api.js";
import { emit, me, store } from "./store.js";

/** Outcomes that arrived before the call that began them returned. @type {Map<string, any>} */
const early = new Map();
/** Interactions begun in this tab; only these may open forms here. @type {Set<string>} */
const mine = new Set();
/** Forms that arrived before their call returned. @type {Map<string, any>} */
const earlyForms = new Map();
/** Callers who wait for an outcome. @type {Map<string, (error: string|null) => void>} */
const waiters = new Map();
/** @type {(interaction: string, modal: import("./types.js").ModalData) => void} */
let openForm = () => {};
let localKeys = 0;
const KEPT = 50;

/** Say what opens a form. @param {(interaction: string, modal: any) => void} opener */
export function onForm(opener) {
  openForm = opener;
}

/**
 * Begin an interaction and follow it until it is answered.
 * @param {string} what the `do` of the page API
 * @param {Record<string, any>} fields
 * @param {{channel: string, message?: string|null, custom_id?: string|null, command?: string|null}} place
 * @returns {Promise<string|null>} the error that the person sees, or null
 */
export async function begin(what, fields, place) {
  forgetFailures(place.message ?? null);
  let key = `local-${(localKeys += 1)}`;
  /** @type {import("./store.js").Pending} */
  const entry = {
    channel: place.channel,
    message: place.message ?? null,
    custom_id: place.custom_id ?? null,
    command: place.command ?? null,
    state: "waiting",
    error: null,
    at: Date.now(),
  };
  store.pending.set(key, entry);
  emit("pending", entry);
  try {
    const reply = await act(me(), what, fields);
    store.pending.delete(key);
    const id =
      reply.interaction === undefined || reply.interaction === null ? null : String(reply.interaction);
    if (id === null) {
      emit("pending", entry);
      return null;
    }
    key = id;
    return await followUp(id, entry);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    store.pending.delete(key);
    fail(key, entry, error.message);
    return error.message;
  }
}

/** @param {string} id @param {import("./store.js").Pending} entry @returns {Promise<string|null>} */
function followUp(id, entry) {
  mine.add(id);
  const form = earlyForms.get(id);
  if (form) {
    earlyForms.delete(id);
    emit("pending", entry);
    openForm(id, form);
    return Promise.resolve(null);
  }
  const outcome = early.get(id);
  if (outcome) {
    early.delete(id);
    if (outcome.state === "failed") fail(id, entry, outcome.error);
    else emit("pending", entry);
    return Promise.resolve(outcome.state === "failed" ? outcome.error : null);
  }
  store.pending.set(id, entry);
  emit("pending", entry);
  return new Promise((resolve) => waiters.set(id, resolve));
}

/** @param {string} id @param {import("./store.js").Pending} entry @param {string|null|undefined} error */
function fail(id, entry, error) {
  entry.state = "failed";
  entry.error = error || "This interaction failed";
  store.pending.set(id, entry);
  emit("pending", entry);
}

/** Take an "interaction" event. @param {{id: string, state: string, error?: string}} event */
export function interactionChanged(event) {
  if (event.state === "waiting") return;
  const id = String(event.id);
  const entry = store.pending.get(id);
  if (!entry) {
    if (!mine.has(id)) remember(early, id, event);
    return;
  }
  store.pending.delete(id);
  if (event.state === "failed") fail(id, entry, event.error);
  else emit("pending", entry);
  settle(id, event.state === "failed" ? entry.error : null);
}

/** Take a "modal" event: only the tab that asked opens it. @param {{interaction: string, modal: any}} event */
export function formArrived(event) {
  const id = String(event.interaction);
  if (!mine.has(id)) {
    remember(earlyForms, id, event.modal);
    return;
  }
  const entry = store.pending.get(id);
  store.pending.delete(id);
  if (entry) emit("pending", entry);
  settle(id, null);
  openForm(id, event.modal);
}

/** @param {string} id @param {string|null} error */
function settle(id, error) {
  waiters.get(id)?.(error);
  waiters.delete(id);
}

/** @param {Map<string, any>} map @param {string} id @param {any} value */
function remember(map, id, value) {
  map.set(id, value);
  for (const old of map.keys()) {
    if (map.size <= KEPT) break;
    map.delete(old);
  }
}

/** Take away the failures shown at a message. @param {string|null} message */
export function forgetFailures(message) {
  if (message === null) return;
  for (const [id, entry] of store.pending) {
    if (entry.message === message && entry.state === "failed") store.pending.delete(id);
  }
}

/** Take one row away. @param {string} id */
export function forget(id) {
  const entry = store.pending.get(id);
  store.pending.delete(id);
  emit("pending", entry);
}

/** After a lost connection nobody knows what became of the waiting ones; the messages tell. */
export function forgetWaiting() {
  for (const [id, entry] of store.pending) {
    if (entry.state !== "waiting" || id.startsWith("local-")) continue;
    store.pending.delete(id);
    settle(id, null);
    emit("pending", entry);
  }
}

/** @param {string} message @param {string} customId whether this control waits */
export function isWaiting(message, customId) {
  for (const entry of store.pending.values()) {
    if (entry.message === message && entry.custom_id === customId && entry.state === "waiting") return true;
  }
  return false;
}

/** The failure to show at a message, if any. @param {string} message @returns {string|null} */
export function failureAt(message) {
  for (const entry of store.pending.values()) {
    if (entry.message === message && entry.state === "failed") return entry.error;
  }
  return null;
}
