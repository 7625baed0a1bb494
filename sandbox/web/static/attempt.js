/**
 * Actions whose refusal is shown as a toast.
 * @module attempt
 */
import { act, Refused } from "./api.js";
import { me } from "./store.js";
import { toast } from "./toast.js";

/**
 * Do something as the current person; if the server refuses, show its reason.
 * @param {string} what the `do` of the page API
 * @param {Record<string, any>} fields
 * @returns {Promise<Record<string, any>|null>} the reply, or null if it was refused
 */
export async function attempt(what, fields) {
  try {
    return await act(me(), what, fields);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message);
    return null;
  }
}
