// Answers on their way: kept by the device until the server has said that it has them, tried again
// with back-off, the last one winning. It knows no browser but its storage.

import { afterFailure, restOf } from "./schedule";
import type { Storage } from "./storage";
import type { Timers } from "./timers";

/** What an answer is for. A poll has no question; poker tells its stories apart by round. `about`
 * is what was asked, for when it is on the screen no more. */
export type Slot = {
  session: string;
  activity: string;
  round: number;
  question?: string;
  about?: string;
};

/** The body without its round; null withdraws. */
export type Body = Record<string, unknown> | null;

export type Letter =
  | { state: "sending"; body: Body }
  /** It could not be delivered yet; tried again by itself. `isBusy`: the server asks for time. */
  | { state: "waiting"; body: Body; isBusy?: true }
  /** The server has it. `position`: a buzzer's. */
  | { state: "saved"; body: Body; position?: number }
  /** The server won't have it, and why: a code of the API, `reason` with `not_accepting`. */
  | { state: "refused"; body: Body; code: string; reason?: string };

export type Delivery =
  | { ok: true; position?: number }
  | { ok: false; status: number; code: string; reason?: string; retryAfterMs: number };

export type Outbox = {
  get(slot: Slot): Letter | undefined;
  send(slot: Slot, body: Body): void;
  subscribe(changed: () => void): () => void;
  /** Tries all that waits, at once or in a while, but not before the server wants to hear of it:
   * the network is back, or the device woke. */
  wake(inMs?: number): void;
  /** What another tab wrote or, with null, delivered. */
  otherTab(key: string, value: string | null): void;
  /** What was refused last and nobody was told of, for another slot than this one. */
  refusedBeside(slot: Slot | null): Refused | undefined;
  /** Somebody has read what became of it. */
  told(slot: Slot): void;
  /** Forgets what waits, and stops: who comes next from here is somebody else. */
  drop(): void;
  stop(): void;
};

/** A request without an answer by then counts as lost. */
const PATIENCE_MS = 10_000;

/** A server that asks for time for so long gets it without anybody hearing of it. */
const BUSY_MS = 4_000;

/** How long another tab has to deliver what it wrote before this one does. */
const OTHER_TAB_MS = 4_000;

/** Answers that a device keeps for a session; more than anybody gives. */
const MOST_KEPT = 500;

export type Refused = { readonly slot: Slot; readonly letter: Letter };

type Kept = {
  slot: Slot;
  letter: Letter;
  isTold: boolean;
  failures: number;
  /** Of the first failure in a row. */
  failedMs: number;
  /** For so long from then on the server wants to hear nothing of it. */
  rest: { fromMs: number; ms: number };
  isInFlight: boolean;
  callOff(): void;
};

export const ANSWER = "caja:answer:";

export function createOutbox(
  session: string,
  deliver: (slot: Slot, body: Body, signal: AbortSignal) => Promise<Delivery>,
  storage: Storage,
  timers: Timers,
): Outbox {
  const prefix = `${ANSWER}${session}:`;
  const held = new Map<string, Kept>();
  const listeners = new Set<() => void>();
  let isStopped = false;

  function set(kept: Kept, letter: Letter): void {
    kept.letter = letter;
    for (const listener of [...listeners]) listener();
  }

  function hold(key: string, slot: Slot, letter: Letter): Kept {
    const known = held.get(key);
    if (known !== undefined) return known;
    const kept: Kept = {
      slot,
      letter,
      isTold: false,
      failures: 0,
      failedMs: 0,
      rest: { fromMs: 0, ms: 0 },
      isInFlight: false,
      callOff: () => {},
    };
    held.set(key, kept);
    if (held.size > MOST_KEPT) forgetOldest();
    return kept;
  }

  function forgetOldest(): void {
    for (const [key, { letter }] of held) {
      if (letter.state === "saved" || letter.state === "refused") {
        held.delete(key);
        return;
      }
    }
  }

  function tryIn(ms: number, key: string, kept: Kept): void {
    kept.callOff();
    kept.callOff = timers.after(ms, () => void attempt(key, kept));
  }

  async function attempt(key: string, kept: Kept): Promise<void> {
    kept.callOff();
    // One at a time for a slot: an earlier answer must not arrive behind a later one.
    if (kept.isInFlight || isStopped) return;
    kept.isInFlight = true;
    const { body } = kept.letter;
    const lost = new AbortController();
    const callOff = timers.after(PATIENCE_MS, () => lost.abort());
    const delivery = await deliver(kept.slot, body, lost.signal);
    callOff();
    kept.isInFlight = false;
    if (isStopped) return;
    if (!same(kept.letter.body, body)) return attempt(key, kept);
    if (delivery.ok) settle(key, kept, body, { state: "saved", body, ...position(delivery) });
    else failed(key, kept, body, delivery);
  }

  function failed(key: string, kept: Kept, body: Body, why: Delivery & { ok: false }): void {
    if (isFinal(why.status)) {
      const reason = why.reason === undefined ? {} : { reason: why.reason };
      settle(key, kept, body, { state: "refused", body, code: why.code, ...reason });
      return;
    }
    if (kept.failures === 0) kept.failedMs = timers.now();
    kept.rest = { fromMs: timers.now(), ms: why.retryAfterMs };
    kept.failures += 1;
    const inMs = afterFailure(kept.failures, why.retryAfterMs, timers.random());
    const isBusy = why.status !== 0;
    const lastsMs = timers.now() + inMs - kept.failedMs;
    if (isBusy && lastsMs < BUSY_MS) set(kept, { state: "sending", body });
    else set(kept, { state: "waiting", body, ...(isBusy ? { isBusy } : {}) });
    tryIn(inMs, key, kept);
  }

  function settle(key: string, kept: Kept, body: Body, letter: Letter): void {
    kept.failures = 0;
    // Another tab may have written a later one, of which the event is still under way.
    const stored = parse(storage.get(key));
    if (stored !== null && same(stored.body, body)) {
      // What is only gone counts as delivered in the other tabs.
      if (letter.state === "refused") storage.set(key, JSON.stringify({ ...stored, letter }));
      storage.remove(key);
    }
    set(kept, letter);
  }

  function takeUp(key: string, value: string | null, afterMs: number): void {
    const stored = parse(value);
    if (stored === null || !key.startsWith(prefix)) return;
    const kept = hold(key, stored.slot, { state: "waiting", body: stored.body });
    if (stored.letter !== undefined) {
      if (kept.isInFlight) return;
      kept.callOff();
      set(kept, stored.letter);
      return;
    }
    kept.failures = 0;
    set(kept, { state: "waiting", body: stored.body });
    tryIn(afterMs, key, kept);
  }

  for (const key of storage.keys(prefix)) takeUp(key, storage.get(key), 0);

  return {
    get: (slot) => held.get(keyOf(slot))?.letter,
    send(slot, body) {
      const key = keyOf(slot);
      const kept = hold(key, slot, { state: "sending", body });
      storage.set(key, JSON.stringify({ slot, body }));
      kept.failures = 0;
      kept.isTold = false;
      set(kept, { state: "sending", body });
      void attempt(key, kept);
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    wake(inMs = 0) {
      for (const [key, kept] of held) {
        if (!isUnderWay(kept.letter)) continue;
        const { fromMs, ms } = kept.rest;
        const leastMs = Math.max(inMs, restOf(fromMs, ms, timers.now()));
        if (leastMs > 0) tryIn(leastMs, key, kept);
        else void attempt(key, kept);
      }
    },
    otherTab(key, value) {
      const kept = held.get(key);
      if (value !== null) {
        takeUp(key, value, OTHER_TAB_MS);
      } else if (kept !== undefined && isUnderWay(kept.letter) && !kept.isInFlight) {
        kept.callOff();
        set(kept, { state: "saved", body: kept.letter.body });
      }
    },
    refusedBeside(slot) {
      const here = slot && keyOf(slot);
      let last: Refused | undefined;
      for (const [key, kept] of held) {
        if (kept.letter.state === "refused" && !kept.isTold && key !== here) last = kept;
      }
      return last;
    },
    told(slot) {
      const kept = held.get(keyOf(slot));
      if (kept === undefined) return;
      kept.isTold = true;
      set(kept, kept.letter);
    },
    drop() {
      for (const key of storage.keys(prefix)) storage.remove(key);
      stop();
    },
    stop,
  };

  function stop(): void {
    isStopped = true;
    for (const kept of held.values()) kept.callOff();
    listeners.clear();
  }
}

/** Not yet known what becomes of it. */
export function isUnderWay({ state }: Pick<Letter, "state">): boolean {
  return state === "sending" || state === "waiting";
}

/** Trying the same again changes nothing: the request itself is at fault. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function position(delivery: Delivery & { ok: true }): { position?: number } {
  return delivery.position === undefined ? {} : { position: delivery.position };
}

function keyOf({ session, activity, round, question }: Slot): string {
  return `${ANSWER}${session}:${activity}:${round}:${question ?? ""}`;
}

function same(one: Body, other: Body): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** `letter`: what became of it, for the other tabs. */
type Stored = { slot: Slot; body: Body; letter?: Letter };

function parse(kept: string | null): Stored | null {
  if (kept === null) return null;
  try {
    const stored = JSON.parse(kept) as Partial<Stored>;
    const { slot, body } = stored;
    return slot?.activity === undefined || body === undefined ? null : { ...stored, slot, body };
  } catch {
    return null;
  }
}
