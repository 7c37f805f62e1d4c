// @vitest-environment node

import { expect, test } from "vitest";

import { type ClockBounds, measure, offsetMs } from "../../src/api/clock";

/** The server's clock is 5 s ahead. */
function trip(sentMs: number, thereMs: number, heldMs: number, backMs: number) {
  const serverMs = sentMs + thereMs + heldMs + 5000;
  return { sentMs, receivedMs: sentMs + thereMs + heldMs + backMs, serverMs };
}

test("without a round trip the clocks are taken as equal", () => {
  expect(offsetMs(null)).toBe(0);
});

test("one round trip is right to half of its length", () => {
  const offset = offsetMs(measure(null, trip(0, 100, 0, 20)));
  expect(Math.abs(offset - 5000)).toBeLessThanOrEqual(60);
});

test("a request that was held for long does not spoil what is known", () => {
  const known = measure(null, trip(0, 10, 0, 10));
  const after = measure(known, trip(100, 10, 25_000, 10));
  expect(Math.abs(offsetMs(after) - 5000)).toBeLessThanOrEqual(15);
});

test("the best parts of several round trips add up", () => {
  let bounds: ClockBounds | null = null;
  bounds = measure(bounds, trip(0, 5, 0, 300));
  bounds = measure(bounds, trip(1000, 300, 0, 5));
  bounds = measure(bounds, trip(2000, 200, 0, 300));
  expect(Math.abs(offsetMs(bounds) - 5000)).toBeLessThanOrEqual(6);
});

test("a clock that was set is believed at once", () => {
  const known = measure(null, trip(0, 10, 0, 10));
  const set = trip(1000, 10, 0, 10);
  const after = measure(known, { ...set, serverMs: set.serverMs + 60_000 });
  expect(Math.abs(offsetMs(after) - 65_000)).toBeLessThanOrEqual(10);
});
