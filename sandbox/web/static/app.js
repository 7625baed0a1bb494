/**
 * The page's entry point: it loads the state of one person and applies live events to it.
 * @module app
 */
import { act, fetchMessages, fetchState, Refused } from "./api.js";
import { startCommand } from "./composer.js";
import { openForm } from "./form.js";
import { forgetFailures, forgetWaiting, formArrived, interactionChanged, onForm } from "./interactions.js";
import { watchGuide } from "./guide.js";
import { follow } from "./markup.js";
import { watchMembers } from "./members.js";
import { applyTheme, ring } from "./preferences.js";
import { become, go, readRoute } from "./route.js";
import { firstChannel } from "./channels.js";
import { watchSidebar } from "./sidebar.js";
import { connect } from "./socket.js";
import {
  channelById,
  dmById,
  dropMessage,
  emit,
  guildOf,
  me,
  on,
  putMessage,
  state,
  store,
} from "./store.js";
import { refreshTimes, setNow, setReading } from "./time.js";
import { toast } from "./toast.js";
import { drawTopbar, markModerators, tick, watchTopbar } from "./topbar.js";
import { closeDrawers, watchView } from "./view.js";

/** @type {() => void} */
let disconnect = () => {};
/** The refetch in progress, if any, and whether the state must be fetched once more. @type {Promise<void>|null} */
let fetching = null;
let fetchAgain = false;
/** Whether the state of the person in the URL has been loaded. */
let isLoaded = false;
/** The number of live events so far. A response that was requested before an event may be older than the event. */
let eventCount = 0;

/** Fetch the state again; calls during a fetch cause one more. @returns {Promise<void>} */
function refetch() {
  fetchAgain = true;
  fetching ??= fetchUntilCurrent().finally(() => {
    fetching = null;
  });
  return fetching;
}

async function fetchUntilCurrent() {
  while (fetchAgain) {
    fetchAgain = false;
    try {
      const as = store.route.as;
      const before = eventCount;
      const fresh = await fetchState(as);
      if (as === store.route.as) takeState(fresh);
      if (before !== eventCount) fetchAgain = true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      toast(error.message);
    }
  }
}

/** Replace names of a person and a channel in the URL by their ids. @param {import("./types.js").State} fresh */
function resolveNames(fresh) {
  const { as, channel } = store.route;
  const person = fresh.people.find((p) => p.name === as?.toLowerCase());
  if (person) store.route.as = person.id;
  const place = fresh.guilds.flatMap((g) => g.channels).find((c) => c.name === channel);
  if (place) store.route.channel = place.id;
  else if (channel === "dms" && fresh.dms[0]) store.route.channel = fresh.dms[0].id;
}

/** @param {import("./types.js").State} fresh */
function takeState(fresh) {
  resolveNames(fresh);
  if (
    store.route.as !== null &&
    store.route.as !== fresh.me.id &&
    fresh.people.some((p) => p.id === store.route.as)
  ) {
    fetchAgain = true;
    return;
  }
  const isTurned = store.state?.me.id === fresh.me.id && store.state.me.locale !== fresh.me.locale;
  store.state = fresh;
  setNow(fresh.clock.now);
  setReading(fresh.me.locale);
  if (isTurned) void readChannel(); // times in messages are in the person's language
  const { channel } = store.route;
  const lost = !channel || (!channelById(channel) && !dmById(channel));
  if (lost) {
    store.route.channel = (fresh.guilds[0] && firstChannel(fresh.guilds[0])?.id) ?? fresh.dms[0]?.id ?? null;
  }
  // Only servers have events.
  if (!guildOf(store.route.channel)) store.route.view = "channel";
  emit("state");
  if (lost && isLoaded) go({}, true);
}

/** Show the channel in the URL. */
function openChannel() {
  store.newCount = 0;
  return readChannel();
}

/** Fetch the open channel's messages, and mark them as read. */
async function readChannel() {
  const { channel, as } = store.route;
  if (!channel || !as || !store.state) return;
  if (!channelById(channel) && !dmById(channel)) {
    emit("messages");
    return;
  }
  store.newCount = Math.max(store.newCount, state().unread[channel]?.count ?? 0);
  emit("messages");
  try {
    let list, before;
    do {
      before = eventCount;
      list = await fetchMessages(as, channel);
      if (as !== store.route.as) return;
    } while (before !== eventCount);
    store.messages.set(channel, list);
    emit("messages");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
  }
  markRead();
}

function markRead() {
  const { channel } = store.route;
  if (!channel || document.hidden || store.route.view === "events" || !state().unread[channel]?.count) return;
  delete state().unread[channel];
  emit("unread");
  act(me(), "read", { channel }).catch((/** @type {Error} */ error) => toast(error.message));
}

/** How each live event changes the state. @type {Record<string, (e: any) => void>} */
const EVENTS = {
  message: (e) => messageArrived(e.message),
  message_edit: (e) => {
    forgetFailures(e.message.id);
    putMessage(e.message);
    emit("messages");
  },
  message_delete: (e) => {
    dropMessage(e.channel_id, e.id);
    emit("messages");
  },
  interaction: interactionChanged,
  modal: formArrived,
  unread: (e) => {
    state().unread[e.channel_id] = { count: e.count, pings: e.pings };
    emit("unread");
    if (e.channel_id === store.route.channel && e.count) markRead();
  },
  state: () => void refetch(),
  clock: (e) => {
    state().clock = { now: e.now, next: e.next, moving: e.moving };
    setNow(e.now);
    refreshTimes();
    emit("clock");
  },
  sound: () => ring(),
  app: (e) => {
    state().app.connected = e.connected;
    emit("app");
    void refetch();
  },
};

/** @param {import("./types.js").Msg} message */
function messageArrived(message) {
  const { channel } = store.route;
  if (message.channel_id !== channel) {
    store.messages.delete(message.channel_id);
    if (!channelById(message.channel_id) && !dmById(message.channel_id)) void refetch();
    return;
  }
  if (message.author.id === me()) store.newCount = 0;
  else if (store.newCount) store.newCount += 1;
  putMessage(message);
  emit("messages");
}

/** Become the person that was chosen. @param {string} id @param {string} [channel] the channel to open */
async function choosePerson(id, channel) {
  become(id, channel);
  await switchPerson();
}

/** Load everything again for the person in the URL. */
async function switchPerson() {
  disconnect();
  store.messages.clear();
  store.pending.clear();
  await loadPerson();
}

/** Load the state of the person in the URL and connect for live events. */
async function loadPerson() {
  isLoaded = false;
  await refetch();
  if (!store.state) {
    setTimeout(() => void loadPerson(), 2000);
    return;
  }
  isLoaded = true;
  store.route.as = state().me.id;
  go({}, true);
  disconnect = connect(state().me.id, {
    event: (e) => {
      eventCount += 1;
      if (store.state) EVENTS[e.t]?.(e);
    },
    open: () => {
      store.live = true;
      emit("connection");
      void resync();
    },
    lost: () => {
      store.live = false;
      emit("connection");
    },
  });
}

/** Load everything again when the live connection opens, because events before that were missed. */
async function resync() {
  forgetWaiting();
  const open = store.route.channel;
  for (const id of store.messages.keys()) if (id !== open) store.messages.delete(id);
  await refetch();
  await readChannel();
}

function start() {
  applyTheme();
  readRoute();
  watchTopbar((id) => void choosePerson(id));
  watchGuide(choosePerson);
  watchSidebar();
  watchMembers();
  watchView();
  onForm(openForm);
  follow.channel = (id) => go({ channel: id, view: "channel" });
  follow.command = startCommand;
  on("route", () => {
    closeDrawers();
    void openChannel();
  });
  addEventListener("popstate", () => {
    const was = store.route.as;
    readRoute();
    if (store.route.as !== was && store.route.as) void switchPerson();
    else emit("route");
  });
  document.addEventListener("visibilitychange", () => {
    if (store.state && !document.hidden) markRead();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTopbar);
  setInterval(() => {
    tick();
    refreshTimes();
  }, 1000);
  void loadPerson().then(markModerators);
}

start();
