// @vitest-environment node

import { expect, test } from "vitest";

import { type Frame, merge } from "../../src/api/frame";
import type { StateFrame } from "../../src/api/schema";

const session = { name: "All hands" } as Frame["session"];
const whole: StateFrame = {
  version: 10,
  me_version: 3,
  session,
  activity: null,
  upcoming: [],
  results: { responses: 1, counts: { a: 1 } },
  participants: { total: 4 },
  announcement: null,
};
const held = merge(null, whole).frame as Frame;

test("a whole frame is taken as it is", () => {
  expect(held).toEqual(whole);
});

test("a delta replaces the sections it has and leaves the others as they are", () => {
  const { frame, verdict } = merge(held, { version: 12, since: 10, announcement: "Lunch" });
  expect(verdict).toBe("newer");
  expect(frame).toEqual({ ...whole, version: 12, announcement: "Lunch" });
  expect(frame?.session).toBe(held.session);
});

test("a section that is null has ended", () => {
  const { frame } = merge(held, { version: 12, since: 9, results: null });
  expect(frame?.results).toBeNull();
});

test("what is not newer is dropped, whole or delta", () => {
  for (const sent of [
    { ...whole, version: 9 },
    { ...whole, version: 10 },
    { version: 10, since: 10 },
    { version: 9, since: 2, announcement: "old" },
  ]) {
    expect(merge(held, sent)).toEqual({ frame: held, verdict: "nothing" });
  }
});

test("a delta on something that is not held is a gap", () => {
  expect(merge(held, { version: 15, since: 11 })).toEqual({ frame: held, verdict: "gap" });
  expect(merge(null, { version: 15, since: 0 })).toEqual({ frame: null, verdict: "gap" });
});

test("lost, repeated and swapped deltas still end with the frame", () => {
  const deltas: StateFrame[] = [
    { version: 11, since: 10, announcement: "one" },
    { version: 12, since: 10, announcement: "two", participants: { total: 5 } },
    { version: 13, since: 12, participants: { total: 6 } },
  ];
  const [first, second, third] = deltas as [StateFrame, StateFrame, StateFrame];
  for (const order of [
    [second, third],
    [first, second, third],
    [second, first, second, third, third],
  ]) {
    const end = order.reduce<Frame | null>((frame, delta) => merge(frame, delta).frame, held);
    expect(end).toEqual({ ...whole, version: 13, announcement: "two", participants: { total: 6 } });
  }
});
