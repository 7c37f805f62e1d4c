// An answer on its way: tried again with back-off until the server has said that it has it or
// won't have it. The same rules as frontend/src/api/outbox.ts.

import { noteRefused, noteUndelivered } from "./ledger.js";
import { afterFailure, pause } from "./pacing.js";

/** Time after the show in which answers under way still get through: the longest back-off, twice. */
export const GRACE_MS = 30_000;

/** The request itself is at fault, so trying it again changes nothing. */
const isFinal = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

/**
 * @param {import("./client.js").Client} client
 * @param {{session: string, activity: string, body: object, tags?: object, giveUpMs: number}} letter
 * @returns {Promise<import("./client.js").Answer | null>} null where it was not taken
 */
export async function deliver(client, { session, activity, body, tags, giveUpMs }) {
  const path = `/sessions/${session}/activities/${activity}/response`;
  for (let failures = 1; ; failures += 1) {
    const answer = await client.call("PUT", path, { name: "answer", body, tags });
    if (answer.ok) return answer;
    if (isFinal(answer.status)) {
      noteRefused(answer.reason ?? answer.code);
      return null;
    }
    const waitMs = afterFailure(failures, answer.retryAfterMs, Math.random());
    if (Date.now() + waitMs > giveUpMs) {
      noteUndelivered();
      return null;
    }
    await pause(waitMs);
  }
}
