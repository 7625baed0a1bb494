/**
 * Where the viewer is, kept in the address so that two tabs can be two people.
 * @module route
 */
import { emit, store } from "./store.js";

/** Read the address. */
export function readRoute() {
  const query = new URLSearchParams(location.search);
  store.route.as = query.get("as");
  store.route.channel = query.get("channel");
  store.route.view = query.get("view") === "events" ? "events" : "channel";
}

/** @returns {string} the address of where the viewer is */
function address() {
  const query = new URLSearchParams();
  const { as, channel, view } = store.route;
  if (as) query.set("as", as);
  if (channel) query.set("channel", channel);
  if (view === "events") query.set("view", view);
  return `${location.pathname}?${query}`;
}

/**
 * Go somewhere.
 * @param {{channel?: string|null, view?: "channel"|"events"}} to
 * @param {boolean} [replace] without a step in the history
 */
export function go(to, replace = false) {
  Object.assign(store.route, to);
  if (replace) history.replaceState(null, "", address());
  else if (address() !== location.pathname + location.search) history.pushState(null, "", address());
  emit("route");
}
