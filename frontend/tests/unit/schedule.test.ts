// @vitest-environment node

import { expect, test } from "vitest";

import { afterFailure, afterSuccess, afterWaking } from "../../src/api/schedule";

test("the server's pace is kept from start to start, give or take a fifth", () => {
  expect(afterSuccess(0, 300, 2000, 0)).toBe(1600 - 300);
  expect(afterSuccess(0, 300, 2000, 0.5)).toBe(2000 - 300);
  expect(afterSuccess(0, 300, 2000, 1)).toBe(2400 - 300);
});

test("requests that were held together do not come back together", () => {
  expect(afterSuccess(0, 25_000, 2000, 0)).toBe(0);
  expect(afterSuccess(0, 25_000, 2000, 0.5)).toBe(200);
  expect(afterSuccess(0, 25_000, 2000, 1)).toBe(400);
});

test("failures double the wait up to a limit", () => {
  const waits = [1, 2, 3, 4, 5, 6, 60].map((failures) => afterFailure(failures, 0, 1));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  expect(afterFailure(3, 0, 0)).toBe(2000);
});

test("nobody asks before the time that the server named, and not all at it", () => {
  expect(afterFailure(1, 30_000, 0)).toBe(30_000);
  expect(afterFailure(1, 30_000, 1)).toBe(36_000);
});

test("a clock that was set back keeps nobody waiting", () => {
  expect(afterSuccess(3_600_000, 0, 2000, 0.5)).toBe(2000);
  expect(afterWaking(3_600_000, 0)).toBe(500);
});

test("a device that wakes asks at once, but once for several events", () => {
  expect(afterWaking(0, 60_000)).toBe(0);
  expect(afterWaking(60_000, 60_100)).toBe(400);
});
