/**
 * The page's beginning: who is looking, what is fetched, and what each live event changes.
 * @module app
 */
import { act, fetchMessages, fetchState, Refused } from "./api.js";
import { startCommand } from "./composer.js";
import { openForm } from "./form.js";
import { forgetFailures, forgetWaiting, formArrived, interactionChanged, onForm } from "./interactions.js";
import { follow } from "./markup.js";
import { watchMembers } from "./members.js";
import { applyTheme, ring } from "./preferences.js";
import { go, readRoute } from "./route.js";
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
import { refreshTimes, setNow } from "./time.js";
import { toast } from "./toast.js";
import { drawTopbar, markModerators, tick, watchTopbar } from "./topbar.js";
import { closeDrawers, watchView } from "./view.js";

/** @type {() => void} */
let disconnect = () => {};
/** The refetch that is under way, and whether another was asked for meanwhile. @type {Promise<void>|null} */
let fetching = null;
let again = false;
/** The person in the address has been let in. */
let entered = false;
/** How many live events there were: what was fetched meanwhile may be older than some of them. */
let heard = 0;

/** Fetch the state anew; calls that overlap become one more. @returns {Promise<void>} */
function refetch() {
  again = true;
  fetching ??= fetchUntilCurrent().finally(() => {
    fetching = null;
  });
  return fetching;
}

async function fetchUntilCurrent() {
  while (again) {
    again = false;
    try {
      const as = store.route.as;
      const before = heard;
      const fresh = await fetchState(as);
      if (as === store.route.as) takeState(fresh);
      if (before !== heard) again = true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      toast(error.message);
    }
  }
}

/** Let an address name a person and a channel by their names. @param {import("./types.js").State} fresh */
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
    again = true;
    return;
  }
  store.state = fresh;
  setNow(fresh.clock.now);
  const { channel } = store.route;
  const lost = !channel || (!channelById(channel) && !dmById(channel));
  if (lost) {
    store.route.channel = (fresh.guilds[0] && firstChannel(fresh.guilds[0])?.id) ?? fresh.dms[0]?.id ?? null;
  }
  // Events are a server's; a conversation has none.
  if (!guildOf(store.route.channel)) store.route.view = "channel";
  emit("state");
  if (lost && entered) go({}, true);
}

/** Show another channel. */
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
      before = heard;
      list = await fetchMessages(as, channel);
      if (as !== store.route.as) return;
    } while (before !== heard);
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

/** What each live event changes. @type {Record<string, (e: any) => void>} */
const EVENTS = {
  message: (e) => arrived(e.message),
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
function arrived(message) {
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

/** Be another person. @param {string} id */
async function become(id) {
  disconnect();
  store.route.as = id;
  store.messages.clear();
  store.pending.clear();
  await enter();
}

/** Fetch everything for the person in the address and follow what happens. */
async function enter() {
  entered = false;
  await refetch();
  if (!store.state) {
    setTimeout(() => void enter(), 2000);
    return;
  }
  entered = true;
  store.route.as = state().me.id;
  go({}, true);
  disconnect = connect(state().me.id, {
    event: (e) => {
      heard += 1;
      if (store.state) EVENTS[e.t]?.(e);
    },
    open: () => {
      store.live = true;
      emit("line");
      void resync();
    },
    lost: () => {
      store.live = false;
      emit("line");
    },
  });
}

/** When the live connection opens, for the first time too: what was seen before may have changed since. */
async function resync() {
  forgetWaiting();
  const open = store.route.channel;
  for (const id of store.messages.keys()) if (id !== open) store.messages.delete(id);
  await refetch();
  await readChannel();
}

function begin() {
  applyTheme();
  readRoute();
  watchTopbar((id) => void become(id));
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
    if (store.route.as !== was && store.route.as) void become(store.route.as);
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
  void enter().then(markModerators);
}

begin();
