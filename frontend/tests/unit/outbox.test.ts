// @vitest-environment node

import { expect, test } from "vitest";

import { type Body, createOutbox, type Delivery, type Slot } from "../../src/api/outbox";
import { memoryStorage } from "../../src/api/storage";
import { fakeTimers } from "./fakeTimers";

const slot: Slot = { session: "s", activity: "poll", round: 1 };
const a: Body = { choices: ["a"] };
const b: Body = { choices: ["b"] };
const saved: Delivery = { ok: true };

function setUp(storage = memoryStorage()) {
  const timers = fakeTimers();
  const sent: { slot: Slot; body: Body; signal: AbortSignal }[] = [];
  const open: ((delivery: Delivery) => void)[] = [];
  const outbox = createOutbox(
    "s",
    (to, body, signal) => {
      sent.push({ slot: to, body, signal });
      return new Promise((resolve) => open.push(resolve));
    },
    storage,
    timers,
  );
  const answer = async (delivery: Delivery) => {
    open.shift()?.(delivery);
    await timers.pass(0);
  };
  const fail = (status: number, code = "unreachable", retryAfterMs = 0, reason?: string) =>
    answer({ ok: false, status, code, retryAfterMs, ...(reason === undefined ? {} : { reason }) });
  return { timers, sent, outbox, answer, fail, storage };
}

const bodies = (sent: { body: Body }[]) => sent.map(({ body }) => body);

test("an answer is sent at once and saved only when the server says so", async () => {
  const { outbox, sent, answer, storage } = setUp();
  outbox.send(slot, a);
  expect(outbox.get(slot)).toEqual({ state: "sending", body: a });
  expect(storage.keys("caja:answer:s:")).toHaveLength(1);
  await answer({ ok: true, position: 2 });
  expect(outbox.get(slot)).toEqual({ state: "saved", body: a, position: 2 });
  expect(storage.keys("caja:answer:s:")).toHaveLength(0);
  expect(bodies(sent)).toEqual([a]);
});

test("what can't be delivered waits and is tried again with back-off", async () => {
  const { outbox, timers, sent, answer, fail } = setUp();
  outbox.send(slot, a);
  await fail(0);
  expect(outbox.get(slot)?.state).toBe("waiting");
  expect(timers.due()).toEqual([750]);
  await timers.pass(750);
  await fail(503, "overloaded", 4000);
  expect(timers.due()).toEqual([4400]);
  await timers.pass(4400);
  await answer(saved);
  expect(outbox.get(slot)?.state).toBe("saved");
  expect(bodies(sent)).toEqual([a, a, a]);
  expect(timers.due()).toEqual([]);
});

test("the last answer wins, and only one is under way at a time", async () => {
  const { outbox, sent, answer } = setUp();
  outbox.send(slot, a);
  outbox.send(slot, b);
  expect(bodies(sent)).toEqual([a]);
  await answer(saved);
  expect(outbox.get(slot)).toEqual({ state: "sending", body: b });
  expect(bodies(sent)).toEqual([a, b]);
  await answer(saved);
  expect(outbox.get(slot)).toEqual({ state: "saved", body: b });
});

test("an answer that waited is not sent beside the one that replaced it", async () => {
  const { outbox, timers, sent, answer, fail } = setUp();
  outbox.send(slot, a);
  await fail(0);
  outbox.send(slot, b);
  await answer(saved);
  await timers.pass(60_000);
  expect(bodies(sent)).toEqual([a, b]);
});

test("a refusal is final and says why", async () => {
  const { outbox, timers, sent, fail, storage } = setUp();
  outbox.send(slot, a);
  await fail(409, "not_accepting", 0, "late");
  expect(outbox.get(slot)).toEqual({
    state: "refused",
    body: a,
    code: "not_accepting",
    reason: "late",
  });
  await timers.pass(60_000);
  expect(sent).toHaveLength(1);
  expect(storage.keys("caja:answer:s:")).toEqual([]);
});

test("too many and too slow are no refusals", async () => {
  for (const status of [408, 429]) {
    const { outbox, fail } = setUp();
    outbox.send(slot, a);
    await fail(status);
    expect(outbox.get(slot)?.state).not.toBe("refused");
  }
});

test("nobody hears of a server that asks for a little time", async () => {
  const { outbox, timers, sent, answer, fail, storage } = setUp();
  outbox.send(slot, a);
  await fail(429, "rate_limited", 1_000);
  expect(outbox.get(slot)).toEqual({ state: "sending", body: a });
  expect(storage.keys("caja:answer:s:")).toHaveLength(1);
  // No sooner than it asked for.
  await timers.pass(999);
  expect(sent).toHaveLength(1);
  await timers.pass(200);
  await answer(saved);
  expect(outbox.get(slot)).toEqual({ state: "saved", body: a });
});

test("a server that asks for much time is told of, as busy", async () => {
  const { outbox, timers, sent, answer, fail } = setUp();
  outbox.send(slot, a);
  await fail(429, "rate_limited", 30_000);
  expect(outbox.get(slot)).toEqual({ state: "waiting", body: a, isBusy: true });
  await timers.pass(29_999);
  expect(sent).toHaveLength(1);
  await timers.pass(5_000);
  await answer(saved);
  expect(outbox.get(slot)).toEqual({ state: "saved", body: a });
});

test("a server that asks for a little time again and again is told of, too", async () => {
  const { outbox, timers, fail } = setUp();
  outbox.send(slot, a);
  for (let tries = 0; tries < 3; tries += 1) {
    await fail(503, "overloaded", 1_000);
    await timers.pass(3_500);
  }
  expect(outbox.get(slot)).toEqual({ state: "waiting", body: a, isBusy: true });
});

test("a request without an answer is given up", async () => {
  const { outbox, timers, sent } = setUp();
  outbox.send(slot, a);
  await timers.pass(9_999);
  expect(sent[0]?.signal.aborted).toBe(false);
  await timers.pass(1);
  expect(sent[0]?.signal.aborted).toBe(true);
});

test("answers of different rounds and questions do not replace each other", async () => {
  const { outbox, answer } = setUp();
  const next = { ...slot, round: 2 };
  const question = { ...slot, question: "q1" };
  outbox.send(slot, a);
  outbox.send(next, b);
  outbox.send(question, b);
  await answer(saved);
  await answer(saved);
  expect(outbox.get(slot)).toEqual({ state: "saved", body: a });
  expect(outbox.get(next)).toEqual({ state: "saved", body: b });
  expect(outbox.get(question)).toEqual({ state: "sending", body: b });
});

test("an answer survives the page", async () => {
  const before = setUp();
  before.outbox.send(slot, a);
  await before.fail(0);
  before.outbox.stop();
  const after = setUp(before.storage);
  expect(after.outbox.get(slot)).toEqual({ state: "waiting", body: a });
  await after.timers.pass(0);
  expect(after.sent).toMatchObject([{ slot, body: a }]);
});

test("what is kept but can't be read is left alone", () => {
  const storage = memoryStorage();
  storage.set("caja:answer:s:poll:1:", "{");
  storage.set("caja:answer:s:poll:2:", "null");
  expect(() => setUp(storage)).not.toThrow();
});

test("waking tries what waits at once", async () => {
  const { outbox, sent, answer, fail } = setUp();
  outbox.send(slot, a);
  await fail(0);
  outbox.wake();
  expect(sent).toHaveLength(2);
  await answer(saved);
  outbox.wake();
  expect(sent).toHaveLength(2);
});

test("another tab's answer replaces one that waits, and its delivery is ours too", async () => {
  const { outbox, timers, sent, fail } = setUp();
  outbox.send(slot, a);
  await fail(0);
  const key = "caja:answer:s:poll:1:";
  outbox.otherTab(key, JSON.stringify({ slot, body: b }));
  expect(outbox.get(slot)).toEqual({ state: "waiting", body: b });
  outbox.otherTab(key, null);
  expect(outbox.get(slot)).toEqual({ state: "saved", body: b });
  await timers.pass(60_000);
  expect(bodies(sent)).toEqual([a]);
});

test("what another tab was refused is refused here, too", async () => {
  const storage = memoryStorage();
  const events: [string, string | null][] = [];
  const tab = setUp({
    ...storage,
    set(key, value) {
      storage.set(key, value);
      events.push([key, value]);
    },
    remove(key) {
      storage.remove(key);
      events.push([key, null]);
    },
  });
  const { outbox, timers, sent } = setUp(storage);
  tab.outbox.send(slot, a);
  await tab.fail(409, "not_accepting", 0, "late");
  for (const [key, value] of events) outbox.otherTab(key, value);
  expect(outbox.get(slot)).toEqual(tab.outbox.get(slot));
  expect(outbox.get(slot)).toMatchObject({ state: "refused", reason: "late" });
  await timers.pass(60_000);
  expect(sent).toEqual([]);
});

test("a refusal is told of once the page is about something else, until it was read", async () => {
  const { outbox, fail } = setUp();
  const next: Slot = { ...slot, round: 2 };
  outbox.send({ ...slot, about: "Where do we go?" }, a);
  expect(outbox.refusedBeside(next)).toBe(undefined);
  await fail(409, "not_accepting", 0, "late");
  expect(outbox.refusedBeside(slot)).toBe(undefined);
  expect(outbox.refusedBeside(next)?.slot.about).toBe("Where do we go?");
  expect(outbox.refusedBeside(null)).toBe(outbox.refusedBeside(next));
  outbox.told(slot);
  expect(outbox.refusedBeside(next)).toBe(undefined);
  outbox.send(slot, b);
  await fail(409, "not_accepting", 0, "late");
  expect(outbox.refusedBeside(next)?.letter).toMatchObject({ state: "refused", body: b });
});

test("who leaves takes along what was not delivered", async () => {
  const { outbox, storage, fail, timers, sent } = setUp();
  outbox.send(slot, a);
  await fail(0);
  outbox.drop();
  await timers.pass(60_000);
  expect(sent).toHaveLength(1);
  expect(storage.keys("")).toEqual([]);
  const next = setUp(storage);
  await next.timers.pass(60_000);
  expect(next.sent).toEqual([]);
});

test("waking does not hurry a server that asks for time, nor a room that is back", async () => {
  const { outbox, timers, sent, answer, fail } = setUp();
  outbox.send(slot, a);
  await fail(503, "overloaded", 8000);
  await timers.pass(3000);
  outbox.wake();
  await timers.pass(4999);
  expect(sent).toHaveLength(1);
  await timers.pass(1);
  expect(sent).toHaveLength(2);
  await fail(0);
  outbox.wake(400);
  await timers.pass(399);
  expect(sent).toHaveLength(2);
  await timers.pass(1);
  expect(sent).toHaveLength(3);
  await answer(saved);
});

test("an answer of a tab that was closed is delivered by this one", async () => {
  const { outbox, timers, sent } = setUp();
  outbox.otherTab("caja:answer:s:poll:1:", JSON.stringify({ slot, body: b }));
  await timers.pass(3_999);
  expect(sent).toHaveLength(0);
  await timers.pass(1);
  expect(bodies(sent)).toEqual([b]);
});

test("a withdrawal is an answer of nothing", async () => {
  const { outbox, sent, answer } = setUp();
  outbox.send(slot, a);
  outbox.send(slot, null);
  await answer(saved);
  await answer(saved);
  expect(bodies(sent)).toEqual([a, null]);
  expect(outbox.get(slot)).toEqual({ state: "saved", body: null });
});
