// @vitest-environment node

import { expect, test } from "vitest";

import type { StateFrame } from "../../src/api/schema";
import { type Asked, createPoller, type Followed, type Known, WAIT_S } from "../../src/api/poller";
import { fakeTimers } from "./fakeTimers";

function whole(version: number): StateFrame {
  return {
    version,
    me_version: 1,
    session: {} as NonNullable<StateFrame["session"]>,
    activity: null,
    upcoming: [],
    results: null,
    participants: { total: 0 },
    announcement: null,
  };
}

/** A poller, and a server that answers when and as the test says. */
function setUp() {
  const timers = fakeTimers();
  const asked: Known[] = [];
  const open: ((answer: Asked) => void)[] = [];
  const seen: Followed[] = [];
  const poller = createPoller(
    (known) => {
      asked.push(known);
      return new Promise((resolve) => open.push(resolve));
    },
    (followed) => seen.push(followed),
    timers,
  );
  const answer = async (frame: StateFrame | null, pollAfterMs = 2000) => {
    const etag = frame === null ? null : `"p-${frame.version}"`;
    const data = { frame, etag, timeMs: timers.now() + 5000, pollAfterMs };
    open.shift()?.({ ok: true, data, response: new Response() });
    await timers.pass(0);
  };
  const fail = async (status: number, code: string, retryAfterMs = 1000) => {
    open.shift()?.({ ok: false, problem: { status, code }, retryAfterMs });
    await timers.pass(0);
  };
  const wake = async () => {
    poller.wake();
    await timers.pass(0);
  };
  return { timers, poller, asked, seen, open, answer, fail, wake };
}

test("nothing is asked before the page is seen", async () => {
  const { timers, asked } = setUp();
  await timers.pass(60_000);
  expect(asked).toHaveLength(0);
});

test("the first answer is asked for whole and at once, later ones by tag and held", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  expect(asked[0]).toMatchObject({});
  expect(asked[0]).not.toHaveProperty("waitS");
  expect(asked[0]).not.toHaveProperty("since");
  await answer(whole(10));
  expect(poller.get()).toMatchObject({ freshness: "fresh", clockOffsetMs: 5000 });
  await timers.pass(1999);
  expect(asked).toHaveLength(1);
  await timers.pass(1);
  expect(asked[1]).toMatchObject({ etag: '"p-10"', since: 10, waitS: WAIT_S });
});

test("a poll without news tells nobody anything", async () => {
  const { timers, seen, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  const before = seen.length;
  await timers.pass(2000);
  await answer(null);
  expect(seen.length).toBe(before);
});

test("the server's new pace is followed", async () => {
  const { timers, asked, answer, wake } = setUp();
  await wake();
  await answer(whole(10), 8000);
  await timers.pass(7999);
  expect(asked).toHaveLength(1);
  await timers.pass(1);
  expect(asked).toHaveLength(2);
});

test("a delta that does not fit is followed by a question for the whole frame", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  await timers.pass(2000);
  await answer({ version: 20, since: 15, announcement: "lost" });
  expect(poller.get().frame?.announcement).toBeNull();
  await timers.pass(2000);
  expect(asked[2]).not.toHaveProperty("since");
  expect(asked[2]).not.toHaveProperty("etag");
});

test("failures keep the picture, back off, and say how bad it is", async () => {
  const { timers, poller, asked, answer, fail, wake } = setUp();
  await wake();
  await answer(whole(10));
  await timers.pass(2000);
  await fail(0, "unreachable", 0);
  expect(poller.get()).toMatchObject({ freshness: "stale", frame: { version: 10 } });
  await timers.pass(750);
  expect(asked[2]).not.toHaveProperty("waitS");
  await fail(503, "overloaded", 5000);
  expect(timers.due()).toEqual([5500]);
  await timers.pass(5500);
  await fail(0, "unreachable", 0);
  expect(poller.get().freshness).toBe("offline");
  await timers.pass(3000);
  await answer(null);
  expect(poller.get()).toMatchObject({ freshness: "fresh", frame: { version: 10 } });
});

test("an answer that never comes counts as a failure", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  await timers.pass(2000);
  await timers.pass(WAIT_S * 1000 + 9_999);
  expect(poller.get().freshness).toBe("fresh");
  await timers.pass(1);
  expect(poller.get().freshness).toBe("stale");
  expect(asked[1]?.signal.aborted).toBe(true);
});

test("a hidden page stops asking and asks at once when it is seen again", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  poller.pause();
  await timers.pass(600_000);
  expect(asked).toHaveLength(1);
  await wake();
  expect(asked).toHaveLength(2);
  expect(asked[1]).not.toHaveProperty("waitS");
});

test("a page that is hidden while it asks takes the answer and asks no more", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  poller.pause();
  await answer(whole(10));
  expect(poller.get().frame?.version).toBe(10);
  await timers.pass(600_000);
  expect(asked).toHaveLength(1);
});

test("a request that slept with the device is given up for a new one", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  await timers.pass(2000);
  await timers.pass(5000);
  await wake();
  expect(asked).toHaveLength(3);
  expect(asked[1]?.signal.aborted).toBe(true);
  await answer(whole(99));
  expect(poller.get().frame?.version).toBe(10);
  await answer(whole(11));
  expect(poller.get().frame?.version).toBe(11);
});

test("several signs of waking are one question", async () => {
  const { timers, poller, asked } = setUp();
  poller.wake();
  poller.wake();
  poller.network(true);
  await timers.pass(400);
  poller.wake();
  await timers.pass(1000);
  expect(asked).toHaveLength(1);
});

test("the device's own word that it is offline shows at once", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  await timers.pass(2000);
  poller.network(false);
  expect(poller.get().freshness).toBe("offline");
  expect(asked[1]?.signal.aborted).toBe(true);
  poller.network(true);
  await timers.pass(500);
  expect(asked).toHaveLength(3);
});

test("a whole room whose network is back does not ask at once", async () => {
  const { timers, poller, asked, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  poller.network(false);
  await timers.pass(10_000);
  poller.network(false);
  const before = asked.length;
  timers.chance = 0.9;
  poller.network(true);
  await timers.pass(899);
  expect(asked).toHaveLength(before);
  await timers.pass(1);
  expect(asked).toHaveLength(before + 1);
});

test("waking does not ask sooner than the server wants to hear", async () => {
  const { timers, asked, fail, wake } = setUp();
  await wake();
  await fail(503, "overloaded", 8000);
  await timers.pass(3000);
  await wake();
  expect(asked).toHaveLength(1);
  await timers.pass(4999);
  expect(asked).toHaveLength(1);
  await timers.pass(1);
  expect(asked).toHaveLength(2);
});

test("without the server's clock the one that is known is kept", async () => {
  const { timers, poller, open, answer, wake } = setUp();
  await wake();
  await answer(whole(10));
  expect(poller.get().clockOffsetMs).toBe(5000);
  await timers.pass(2000);
  const data = { frame: whole(11), etag: null, timeMs: null, pollAfterMs: 2000 };
  open.shift()?.({ ok: true, data, response: new Response() });
  await timers.pass(0);
  expect(poller.get().frame?.version).toBe(11);
  expect(poller.get().clockOffsetMs).toBe(5000);
});

test("dead credentials end it", async () => {
  const { timers, poller, asked, fail, wake } = setUp();
  await wake();
  await fail(401, "removed");
  expect(poller.get()).toMatchObject({
    freshness: "ended",
    ended: { status: 401, code: "removed" },
  });
  await wake();
  await timers.pass(600_000);
  expect(asked).toHaveLength(1);
});

test("a stopped poller leaves nothing behind", async () => {
  const { timers, poller, asked, wake } = setUp();
  await wake();
  poller.stop();
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(timers.due()).toEqual([]);
});
