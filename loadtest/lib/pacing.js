// When a person asks again: by the very rules of the web pages, which are imported from them.

export { afterFailure, afterSuccess } from "../../frontend/src/api/schedule.ts";

/** The longest that the server holds a request. */
export const WAIT_S = 25;
/** What a request may take beyond its wait before it counts as lost. */
export const PATIENCE_S = 10;
/** Until the server has named its pace. */
export const FIRST_POLL_AFTER_MS = 2_000;

/** @param {number} ms @returns {Promise<void>} */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** @param {number} from @param {number} to */
export function between(from, to) {
  return from + Math.random() * (to - from);
}
