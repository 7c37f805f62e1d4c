// Frames as phones hold them. People of one virtual user share what one of them has parsed: real
// phones parse for themselves, but here one machine would do it for all.

import { merge } from "../../frontend/src/api/frame.ts";

/** More versions than people of one virtual user hold at a time. */
const MOST_KEPT = 200;

/** @type {Map<string, any>} by session and ETag */
const known = new Map();

/**
 * What somebody holds after an answer to their poll.
 *
 * @param {any} held @param {string} session @param {import("./client.js").Answer} answer
 * @returns {{frame: any, etag: string}} without `etag` where the whole frame is needed
 */
export function take(held, session, answer) {
  const etag = answer.header("Etag");
  const key = `${session} ${etag}`;
  let frame = known.get(key);
  if (frame === undefined || (held !== null && frame.version <= held.version)) {
    const merged = merge(held, answer.json());
    if (merged.verdict === "gap") return { frame: held, etag: "" };
    frame = merged.frame;
    if (merged.verdict === "newer") keep(key, frame);
  }
  return { frame, etag };
}

/** @param {string} key @param {any} frame */
function keep(key, frame) {
  known.set(key, frame);
  if (known.size > MOST_KEPT) known.delete(known.keys().next().value);
}
