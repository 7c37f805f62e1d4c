// The arithmetic of countdowns. Pure.

/** Milliseconds until then; never negative. */
export function leftOf(endsAtMs: number, nowMs: number): number {
  return Math.max(0, endsAtMs - nowMs);
}

/** As people count: 1 in the last second, 0 only when it is over. */
export function secondsLeft(leftMs: number): number {
  return Math.ceil(leftMs / 1000);
}
