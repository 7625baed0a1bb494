/**
 * The person, channel and view in the URL, so that two tabs can be two people.
 * @module route
 */
import { emit, store } from "./store.js";

/** Read them from the URL. */
export function readRoute() {
  const query = new URLSearchParams(location.search);
  store.route.as = query.get("as");
  store.route.channel = query.get("channel");
  store.route.view = query.get("view") === "events" ? "events" : "channel";
}

/** @returns {string} the current URL */
function address() {
  const query = new URLSearchParams();
  const { as, channel, view } = store.route;
  if (as) query.set("as", as);
  if (channel) query.set("channel", channel);
  if (view === "events") query.set("view", view);
  return `${location.pathname}?${query}`;
}

/** Become another person, as one step of the browser's history. @param {string} id @param {string|null} [channel] */
export function become(id, channel = store.route.channel) {
  Object.assign(store.route, { as: id, channel });
  if (address() !== location.pathname + location.search) history.pushState(null, "", address());
}

/**
 * Open a channel or a view.
 * @param {{channel?: string|null, view?: "channel"|"events"}} to
 * @param {boolean} [replace] replace the current history entry
 */
export function go(to, replace = false) {
  Object.assign(store.route, to);
  if (replace) history.replaceState(null, "", address());
  else if (address() !== location.pathname + location.search) history.pushState(null, "", address());
  emit("route");
}
