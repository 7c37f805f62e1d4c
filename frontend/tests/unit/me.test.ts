// @vitest-environment node

import { expect, test } from "vitest";

import { createMe } from "../../src/api/me";
import type { MeResource } from "../../src/api/schema";
import { fakeTimers } from "./fakeTimers";

function setUp(version = { at: 1 }) {
  const timers = fakeTimers();
  let asked = 0;
  let isDown = false;
  let during = () => {};
  const seen: number[] = [];
  const me = createMe(
    async () => {
      asked += 1;
      during();
      if (isDown) return { ok: false, problem: { status: 503 }, retryAfterMs: 2000 } as never;
      const data = { me_version: version.at } as MeResource;
      return { ok: true, data, response: new Response() };
    },
    (mine) => seen.push(mine.me_version),
    timers,
  );
  return {
    timers,
    me,
    seen,
    asked: () => asked,
    down: (is: boolean) => {
      isDown = is;
    },
    version,
    whileAsked(run: () => void) {
      during = run;
    },
  };
}

test("it is fetched at once the first time, later spread over the pace", async () => {
  const { timers, me, seen, version } = setUp();
  me.moved(1, 2000);
  await timers.pass(0);
  expect(seen).toEqual([1]);
  version.at = 2;
  me.moved(2, 2000);
  await timers.pass(999);
  expect(seen).toEqual([1]);
  await timers.pass(1);
  expect(seen).toEqual([1, 2]);
});

test("a frame with the same version asks for nothing", async () => {
  const { timers, me, asked } = setUp();
  me.moved(1, 2000);
  await timers.pass(0);
  me.moved(1, 2000);
  await timers.pass(60_000);
  expect(asked()).toBe(1);
});

test("what moves while it is fetched is fetched again", async () => {
  const { timers, me, asked, seen, whileAsked } = setUp();
  whileAsked(() => {
    me.moved(2, 2000);
  });
  me.moved(1, 2000);
  await timers.pass(0);
  expect(seen).toEqual([1, 1]);
  expect(asked()).toBe(2);
});

test("asking again while it is fetched waits for the answer, then asks once", async () => {
  const timers = fakeTimers();
  const open: (() => void)[] = [];
  const me = createMe(
    () =>
      new Promise((resolve) => {
        const data = { me_version: 1 } as MeResource;
        open.push(() => resolve({ ok: true, data, response: new Response() }));
      }),
    () => {},
    timers,
  );
  me.refresh();
  await timers.pass(0);
  me.refresh();
  await timers.pass(5_000);
  expect(timers.due()).toEqual([]);
  expect(open).toHaveLength(1);
  open[0]?.();
  await timers.pass(0);
  expect(open).toHaveLength(2);
  open[1]?.();
  await timers.pass(60_000);
  expect(open).toHaveLength(2);
});

test("failures are tried again", async () => {
  const { timers, me, seen, asked, down } = setUp();
  down(true);
  me.moved(1, 2000);
  await timers.pass(0);
  expect(timers.due()).toEqual([2200]);
  down(false);
  await timers.pass(2200);
  expect(seen).toEqual([1]);
  expect(asked()).toBe(2);
});

test("a server that lags is not asked for ever", async () => {
  const { timers, me, asked } = setUp({ at: 1 });
  me.moved(9, 2000);
  await timers.pass(600_000);
  expect(asked()).toBe(1);
});
