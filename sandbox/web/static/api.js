/**
 * The page's HTTP calls. Each names the person who acts.
 * @module api
 */

/** The server refused; the message says why and can be shown. */
export class Refused extends Error {}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function call(path, init) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...init });
  } catch {
    throw new Refused("The sandbox doesn't answer. Perhaps it was stopped: start it again, then reload this page.");
  }
  const body = await response.json().catch(() => null);
  if (body && body.ok === false) throw new Refused(body.why || "That isn't possible here.");
  if (!response.ok || body === null) throw new Refused(`The sandbox answered ${response.status}.`);
  return body;
}

/** @param {string|null} as @returns {Promise<import("./types.js").State>} */
export function fetchState(as) {
  return call(as ? `/page/state?as=${encodeURIComponent(as)}` : "/page/state");
}

/** @param {string} as @param {string} channel @returns {Promise<import("./types.js").Msg[]>} */
export async function fetchMessages(as, channel) {
  const query = new URLSearchParams({ as, channel });
  return (await call(`/page/messages?${query}`)).messages;
}

/**
 * Do something as a person.
 * @param {string} as
 * @param {string} what the `do` of the page API
 * @param {Record<string, any>} [fields]
 * @returns {Promise<any>}
 */
export function act(as, what, fields = {}) {
  return call("/page/act", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as, do: what, ...fields }),
  });
}
