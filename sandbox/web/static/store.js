/**
 * The page's state, and listeners for its changes.
 * @module store
 */

/** @typedef {"state"|"messages"|"unread"|"clock"|"app"|"route"|"pending"|"connection"} Topic */
/** @typedef {{channel: string, message: string|null, custom_id: string|null, command: string|null,
 *   state: "waiting"|"failed", error: string|null, at: number}} Pending */

/** @type {Map<Topic, Set<(detail?: any) => void>>} */
const listeners = new Map();

export const store = {
  /** @type {import("./types.js").State|null} */
  state: null,
  /** Messages by channel id, oldest first; a channel without an entry has not been fetched. @type {Map<string, import("./types.js").Msg[]>} */
  messages: new Map(),
  /** Interactions that wait or have failed, by interaction id or a local key. @type {Map<string, Pending>} */
  pending: new Map(),
  /** The person, channel and view in the URL. @type {{as: string|null, channel: string|null, view: "channel"|"events"}} */
  route: { as: null, channel: null, view: "channel" },
  /** Whether the live connection is open. */
  live: false,
  /** How many messages of the open channel were unread when it was opened. */
  newCount: 0,
};

/** @param {Topic} topic @param {(detail?: any) => void} listener */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic)?.add(listener);
}

/** @param {Topic} topic @param {any} [detail] */
export function emit(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** The state, which must have been loaded. @returns {import("./types.js").State} */
export function state() {
  if (!store.state) throw new Error("the page has no state yet");
  return store.state;
}

/** The id of the person who acts. @returns {string} */
export function me() {
  return state().me.id;
}

/** The server of a channel. @param {string|null} channelId @returns {import("./types.js").Guild|null} */
export function guildOf(channelId) {
  return state().guilds.find((g) => g.channels.some((c) => c.id === channelId)) ?? null;
}

/** @param {string|null} id @returns {import("./types.js").Channel|null} */
export function channelById(id) {
  for (const guild of state().guilds) {
    const found = guild.channels.find((c) => c.id === id);
    if (found) return found;
  }
  return null;
}

/** @param {string|null} id @returns {import("./types.js").Dm|null} */
export function dmById(id) {
  return state().dms.find((d) => d.id === id) ?? null;
}

/** The name to show for a user id. @param {string} id */
export function userName(id) {
  const person = state().people.find((p) => p.id === id);
  if (person) return person.display;
  for (const guild of state().guilds) {
    const member = guild.members.find((m) => m.id === id);
    if (member) return member.name;
  }
  return state().app.id === id ? state().app.name : "unknown member";
}

/** A stable colour for a user id. @param {string} id @returns {number} a hue, 0 to 359 */
export function userHue(id) {
  const person = state().people.find((p) => p.id === id) ?? state().dms.find((d) => d.user.id === id)?.user;
  if (person) return person.avatar_hue;
  return [...id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 360, 7);
}

/** The roles of a server. @param {import("./types.js").Guild|null} guild */
export function rolesOf(guild) {
  return guild?.roles ?? [];
}

/** The unread counts of a channel. @param {string} id @returns {import("./types.js").Unread} */
export function unreadOf(id) {
  return state().unread[id] ?? { count: 0, pings: 0 };
}

/** Insert a message in order, or replace it. @param {import("./types.js").Msg} message */
export function putMessage(message) {
  const list = store.messages.get(message.channel_id);
  if (!list) return;
  const at = list.findIndex((m) => m.id === message.id);
  if (at >= 0) list[at] = message;
  else {
    list.push(message);
    list.sort((a, b) => compareIds(a.id, b.id));
  }
}

/** @param {string} channel @param {string} id */
export function dropMessage(channel, id) {
  const list = store.messages.get(channel);
  if (list)
    store.messages.set(
      channel,
      list.filter((m) => m.id !== id),
    );
}

/** Compare snowflakes by age, as strings because they are too long for numbers. @param {string} a @param {string} b */
function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
