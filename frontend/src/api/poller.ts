// The one loop that follows a session: asks, merges, keeps the pace, backs off, says how fresh its
// picture is. It knows no browser; `live.ts` tells it when the device sleeps and wakes.

import type { Failure, Polled, Success } from "./client";
import { type ClockBounds, measure, offsetMs } from "./clock";
import { type Frame, merge } from "./frame";
import { afterFailure, afterReturn, afterSuccess, afterWaking, restOf } from "./schedule";
import type { Timers } from "./timers";

export type Ended = { status: number; code: string };

export type Asked = Success<Polled> | Failure<Ended>;

export type Known = { etag?: string; since?: number; waitS?: number; signal: AbortSignal };

/** `stale`: the last request failed. `offline`: several did, or the device says so itself.
 * `ended`: there is nothing to ask for any more; `ended` says why. */
export type Freshness = "connecting" | "fresh" | "stale" | "offline" | "ended";

export type Followed = {
  frame: Frame | null;
  freshness: Freshness;
  ended: Ended | null;
  /** What to add to the device's clock for the server's. */
  clockOffsetMs: number;
  pollAfterMs: number;
};

export type Poller = {
  get(): Followed;
  /** Asks at once, unless it has just asked; and goes on after `pause`. */
  wake(): void;
  /** Asks nothing more until woken. */
  pause(): void;
  /** What the device says about its network. */
  network(isUp: boolean): void;
  stop(): void;
};

/** The longest the server holds a request. */
export const WAIT_S = 25;

/** What a request may take beyond its wait before it counts as lost. */
const PATIENCE_MS = 10_000;

/** Failures in a row after which a picture is not only stale. */
const FAILURES_TO_OFFLINE = 3;

/** Until the server has named its pace. */
const FIRST_POLL_AFTER_MS = 2_000;

/** Dead credentials and deleted sessions: asking again changes nothing. */
const FINAL = [401, 403, 404, 410];

export function createPoller(
  ask: (known: Known) => Promise<Asked>,
  changed: (followed: Followed) => void,
  timers: Timers,
): Poller {
  let followed: Followed = {
    frame: null,
    freshness: "connecting",
    ended: null,
    clockOffsetMs: 0,
    pollAfterMs: FIRST_POLL_AFTER_MS,
  };
  let etag: string | null = null;
  let bounds: ClockBounds | null = null;
  let failures = 0;
  /** For so long from then on the server wants to hear nothing. */
  let rest = { fromMs: 0, ms: 0 };
  let networkIsUp = true;
  let startedMs = Number.NEGATIVE_INFINITY;
  let running: AbortController | null = null;
  let callOff = () => {};
  let isPaused = true;
  // After sleep or failure the next answer must come at once: it tells whether all is well.
  let mayHold = false;

  function set(change: Partial<Followed>): void {
    const keys = Object.keys(change) as (keyof Followed)[];
    if (keys.every((key) => followed[key] === change[key])) return;
    followed = { ...followed, ...change };
    changed(followed);
  }

  function again(inMs: number): void {
    callOff();
    if (!isPaused) callOff = timers.after(inMs, begin);
  }

  function drop(): void {
    callOff();
    running?.abort();
    running = null;
  }

  function known(signal: AbortSignal): Known {
    const held = followed.frame;
    return {
      signal,
      ...(held === null || etag === null ? {} : { etag, since: held.version }),
      ...(mayHold ? { waitS: WAIT_S } : {}),
    };
  }

  async function begin(): Promise<void> {
    const mine = new AbortController();
    running = mine;
    const sentMs = timers.now();
    startedMs = sentMs;
    const asks = known(mine.signal);
    callOff = timers.after((asks.waitS ?? 0) * 1000 + PATIENCE_MS, () => {
      drop();
      failed({ status: 0, code: "unreachable" }, 0);
    });
    const asked = await ask(asks);
    // Somebody woke, paused or stopped meanwhile: that request no longer counts.
    if (running !== mine) return;
    running = null;
    if (asked.ok) succeeded(asked.data, sentMs);
    else failed(asked.problem, asked.retryAfterMs);
  }

  function succeeded(polled: Polled, sentMs: number): void {
    failures = 0;
    networkIsUp = true;
    mayHold = true;
    const receivedMs = timers.now();
    const { timeMs: serverMs } = polled;
    if (serverMs !== null) bounds = measure(bounds, { sentMs, receivedMs, serverMs });
    const merged =
      polled.frame === null
        ? { frame: followed.frame, verdict: "nothing" }
        : merge(followed.frame, polled.frame);
    // The tag belongs to the body: it is kept only with what is held.
    if (merged.verdict === "newer") etag = polled.etag;
    if (merged.verdict === "gap") etag = null;
    const pollAfterMs = polled.pollAfterMs > 0 ? polled.pollAfterMs : FIRST_POLL_AFTER_MS;
    set({
      frame: merged.frame,
      freshness: "fresh",
      clockOffsetMs: offsetMs(bounds),
      pollAfterMs,
    });
    again(afterSuccess(startedMs, timers.now(), pollAfterMs, timers.random()));
  }

  function failed(problem: Ended, retryAfterMs: number): void {
    if (FINAL.includes(problem.status)) {
      drop();
      set({ freshness: "ended", ended: { status: problem.status, code: problem.code } });
      return;
    }
    failures += 1;
    const nowMs = timers.now();
    rest = { fromMs: nowMs, ms: Math.max(retryAfterMs, restOf(rest.fromMs, rest.ms, nowMs)) };
    mayHold = false;
    const isOffline = !networkIsUp || failures >= FAILURES_TO_OFFLINE;
    set({ freshness: isOffline ? "offline" : "stale" });
    again(afterFailure(failures, retryAfterMs, timers.random()));
  }

  /** Not before `leastMs` from now. */
  function wakeIn(leastMs: number): void {
    if (followed.ended !== null) return;
    isPaused = false;
    mayHold = false;
    const nowMs = timers.now();
    const inMs = afterWaking(startedMs, nowMs);
    if (running !== null && inMs > 0) return;
    drop();
    again(Math.max(inMs, leastMs, restOf(rest.fromMs, rest.ms, nowMs)));
  }

  return {
    get: () => followed,
    wake: () => wakeIn(0),
    pause() {
      isPaused = true;
      // A request under way may still bring something; none follows it.
      if (running === null) callOff();
    },
    network(isUp) {
      networkIsUp = isUp;
      if (followed.ended !== null || isPaused) return;
      if (isUp) {
        wakeIn(afterReturn(timers.random()));
      } else if (running !== null) {
        drop();
        failed({ status: 0, code: "unreachable" }, 0);
      } else {
        set({ freshness: "offline" });
      }
    },
    stop() {
      drop();
      isPaused = true;
    },
  };
}
