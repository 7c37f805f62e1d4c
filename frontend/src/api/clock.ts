// What the server's clock shows, from round trips. Pure.
//
// The server read its clock between the request's start and the answer's arrival, so each round trip
// bounds the difference of the clocks from both sides, and the bounds of several only get better.

/** How far the server's clock is ahead, in milliseconds: at least `low`, at most `high`. */
export type ClockBounds = { low: number; high: number; atMs: number };

export type RoundTrip = { sentMs: number; receivedMs: number; serverMs: number };

/** Quartz differs by up to this share, so old bounds loosen. */
const DRIFT = 1e-4;

export function measure(known: ClockBounds | null, trip: RoundTrip): ClockBounds {
  const { sentMs, receivedMs, serverMs } = trip;
  const here = { low: serverMs - receivedMs, high: serverMs - sentMs, atMs: receivedMs };
  if (known === null) return here;
  const drift = Math.abs(receivedMs - known.atMs) * DRIFT;
  const low = Math.max(here.low, known.low - drift);
  const high = Math.min(here.high, known.high + drift);
  // They contradict each other when one of the clocks was set: only the newest holds.
  return low <= high ? { low, high, atMs: receivedMs } : here;
}

export function offsetMs(bounds: ClockBounds | null): number {
  return bounds === null ? 0 : (bounds.low + bounds.high) / 2;
}
