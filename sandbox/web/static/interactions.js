/**
 * Interactions (commands, clicks, selects, modals): started, followed until the app responds, or failed.
 * @module interactions
 */
import { act, Refused } from "./api.js";
import { emit, me, store } from "./store.js";

/** Outcomes that arrived before the call that started the interaction had returned. @type {Map<string, any>} */
const early = new Map();
/** Interactions started in this tab; only these open modals here. @type {Set<string>} */
const mine = new Set();
/** Modals that arrived before the call had returned. @type {Map<string, any>} */
const earlyForms = new Map();
/** Callbacks that wait for an outcome. @type {Map<string, (error: string|null) => void>} */
const waiters = new Map();
/** @type {(interaction: string, modal: import("./types.js").ModalData) => void} */
let openForm = () => {};
let localKeys = 0;
const MAX_REMEMBERED = 50;

/** Set the function that opens a modal. @param {(interaction: string, modal: any) => void} opener */
export function onForm(opener) {
  openForm = opener;
}

/**
 * Start an interaction and wait until the app responds.
 * @param {string} what the `do` of the page API
 * @param {Record<string, any>} fields
 * @param {{channel: string, message?: string|null, custom_id?: string|null, command?: string|null}} place
 * @returns {Promise<string|null>} the error that the person sees, or null
 */
export async function startInteraction(what, fields, place) {
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

/** Handle an "interaction" event. @param {{id: string, state: string, error?: string}} event */
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

/** Handle a "modal" event: only the tab that started the interaction opens the modal. @param {{interaction: string, modal: any}} event */
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
    if (map.size <= MAX_REMEMBERED) break;
    map.delete(old);
  }
}

/** Remove the failures shown at a message. @param {string|null} message */
export function forgetFailures(message) {
  if (message === null) return;
  for (const [id, entry] of store.pending) {
    if (entry.message === message && entry.state === "failed") store.pending.delete(id);
  }
}

/** Remove one pending or failed interaction. @param {string} id */
export function forget(id) {
  const entry = store.pending.get(id);
  store.pending.delete(id);
  emit("pending", entry);
}

/** Forget what waits: after a lost connection its outcome is unknown, and the messages are loaded again. */
export function forgetWaiting() {
  for (const [id, entry] of store.pending) {
    if (entry.state !== "waiting" || id.startsWith("local-")) continue;
    store.pending.delete(id);
    settle(id, null);
    emit("pending", entry);
  }
}

/** @param {string} message @param {string} customId the component that may be waiting for a response */
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
