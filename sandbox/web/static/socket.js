/**
 * The live connection: a WebSocket that reconnects.
 * @module socket
 */

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 5000;

/**
 * Connect for a person's live events, and reconnect when the connection is lost.
 * @param {string} as
 * @param {{event: (e: any) => void, open: () => void, lost: () => void}} hooks
 *   at every `open` the page must fetch its state again, because earlier events are not sent
 * @returns {() => void} closes the connection without reconnecting
 */
export function connect(as, hooks) {
  let wait = FIRST_WAIT_MS;
  let closed = false;
  /** @type {WebSocket|null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;

  function open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/page/live?as=${encodeURIComponent(as)}`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      hooks.open();
    });
    socket.addEventListener("message", (e) => {
      for (const line of String(e.data).split("\n")) if (line.trim()) hooks.event(JSON.parse(line));
    });
    socket.addEventListener("close", () => {
      if (closed) return;
      hooks.lost();
      clearTimeout(timer);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  }

  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    socket?.close();
  };
}
