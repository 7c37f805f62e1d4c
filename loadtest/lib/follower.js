// The loop by which phones and screens follow a session: it asks, takes what is new, keeps the
// pace, and backs off. The same rules as frontend/src/api/poller.ts.

import { take } from "./frames.js";
import { lateness, outage, pace } from "./metrics.js";
import { afterFailure, afterSuccess, FIRST_POLL_AFTER_MS, pause, WAIT_S } from "./pacing.js";

/** Dead credentials and deleted sessions: asking again changes nothing. */
const FINAL = [401, 403, 404, 410];

export class Follower {
  /**
   * @param {import("./client.js").Client} client
   * @param {{session: string, name: string, hold: boolean, untilMs: number,
   *   tags?: () => object, changed: (frame: any, follower: Follower) => void}} how
   */
  constructor(client, how) {
    this.client = client;
    this.how = how;
    this.frame = null;
    this.etag = "";
    this.failures = 0;
    this.failingSinceMs = 0;
    this.pollAfterMs = FIRST_POLL_AFTER_MS;
    /** What to add to this machine's clock for the server's. */
    this.clockOffsetMs = 0;
  }

  /** Until the end, or until the server says that there is nothing to follow. */
  async run() {
    const { untilMs } = this.how;
    let dueMs = Date.now();
    while (dueMs < untilMs) {
      const startedMs = Date.now();
      lateness.add(startedMs - dueMs, this.how.tags?.());
      const waitMs = await this.ask(startedMs);
      if (waitMs === null) return;
      dueMs = Date.now() + waitMs;
      await pause(Math.min(waitMs, untilMs - Date.now()));
    }
    if (this.failures > 0) outage.add(Date.now() - this.failingSinceMs);
  }

  /** @param {number} startedMs @returns {Promise<number | null>} milliseconds until the next */
  async ask(startedMs) {
    const { session, name, hold, untilMs, tags = () => ({}) } = this.how;
    // After a failure the next answer must come at once: it tells whether all is well.
    const leftS = Math.floor((untilMs - startedMs) / 1000);
    const heldS = hold && this.frame !== null && this.failures === 0 ? Math.min(WAIT_S, leftS) : 0;
    const asked = this.etag === "" ? "" : `?since=${this.frame.version}&wait=${heldS}`;
    const answer = await this.client.call("GET", `/sessions/${session}/state${asked}`, {
      name: heldS > 0 ? `${name} held` : name,
      headers: this.etag === "" ? {} : { "If-None-Match": this.etag },
      tags: tags(),
      heldS,
    });
    if (answer.ok) return this.succeeded(answer, startedMs);
    if (FINAL.includes(answer.status)) return null;
    if (this.failures === 0) this.failingSinceMs = startedMs;
    this.failures += 1;
    return afterFailure(this.failures, answer.retryAfterMs, Math.random());
  }

  /** @param {import("./client.js").Answer} answer @param {number} startedMs */
  succeeded(answer, startedMs) {
    if (this.failures > 0) outage.add(Date.now() - this.failingSinceMs);
    this.failures = 0;
    this.clockOffsetMs = Number(answer.header("X-Caja-Time-Ms")) - Date.now();
    this.pollAfterMs = Number(answer.header("X-Caja-Poll-After-Ms")) || FIRST_POLL_AFTER_MS;
    if (this.how.name === "poll") pace.add(this.pollAfterMs, this.how.tags?.());
    if (answer.status === 200) {
      const before = this.frame;
      const { frame, etag } = take(before, this.how.session, answer);
      this.frame = frame;
      this.etag = etag;
      if (frame !== before) this.how.changed(frame, this);
    }
    return afterSuccess(startedMs, Date.now(), this.pollAfterMs, Math.random());
  }
}
