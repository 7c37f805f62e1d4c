// When to ask again: the server's pacing with jitter, and back-off after failures. Pure.

/** Clients spread their requests by this share around the server's pacing. */
const JITTER = 0.2;

/** The first wait after a failure, doubled by each further one. */
const FIRST_BACK_OFF_MS = 1_000;

/** Short enough that a room is back soon after the server is. */
const LONGEST_BACK_OFF_MS = 15_000;

/** A whole room has its network back at once; nobody notices this much. */
const RETURN_MS = 1_000;

/** From one event of waking to the next: browsers fire several for the same thing. */
const WAKE_GAP_MS = 500;

/** Milliseconds from now to the next request's start, when the last one began at `startedMs`. */
export function afterSuccess(
  startedMs: number,
  nowMs: number,
  pollAfterMs: number,
  random: number,
): number {
  const interval = pollAfterMs * (1 - JITTER + 2 * JITTER * random);
  // Held requests of a whole room end together; they must not come back together.
  const spread = pollAfterMs * JITTER * random;
  return Math.round(Math.max(restOf(startedMs, interval, nowMs), spread));
}

/** Milliseconds to wait after `failures` failures in a row; never less than the server asked for. */
export function afterFailure(failures: number, retryAfterMs: number, random: number): number {
  const doubled = FIRST_BACK_OFF_MS * 2 ** Math.min(failures - 1, 10);
  const backOff = Math.min(doubled, LONGEST_BACK_OFF_MS) * (0.5 + 0.5 * random);
  return Math.max(backOff, retryAfterMs * (1 + JITTER * random));
}

/** Milliseconds from now to the next request's start when the device has woken. */
export function afterWaking(startedMs: number, nowMs: number): number {
  return restOf(startedMs, WAKE_GAP_MS, nowMs);
}

/** What is left of a time; never more than all of it, also where somebody set the clock back. */
export function restOf(fromMs: number, ms: number, nowMs: number): number {
  return Math.min(ms, Math.max(0, fromMs + ms - nowMs));
}

/** Milliseconds from now to the next request's start when the network is back. */
export function afterReturn(random: number): number {
  return RETURN_MS * random;
}
