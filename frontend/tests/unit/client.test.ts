// @vitest-environment node
// The one fetch: that it ends, and what it makes of answers that are not the server's.

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ask, connect, PATIENCE_MS, poll } from "../../src/api/client";
import { createCommands, type Said } from "../../src/pages/runner/commands";

type Fetch = typeof globalThis.fetch;

/** A network that swallows what is sent, and gives up only when told to. */
const swallow: Fetch = (_, init) =>
  new Promise((_, reject) => {
    init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
  });

const answer =
  (body: string, init: ResponseInit): Fetch =>
  () =>
    Promise.resolve(new Response(body, init));

const api = (fetch: Fetch) => {
  vi.stubGlobal("fetch", fetch);
  return connect("http://caja.test");
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a request that nobody answers is lost after a while", async () => {
  const outcome = ask(api(swallow).GET("/api/v1/auth/me"));
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(await outcome).toMatchObject({ ok: false, problem: { code: "unreachable" } });
});

test("a held poll is left to whoever holds it", async () => {
  const held: RequestInit["signal"][] = [];
  const fetch: Fetch = (request, init) => {
    held.push(init?.signal ?? (request as Request).signal);
    return new Promise(() => {});
  };
  void poll(api(fetch), "s", { waitS: 25 });
  await vi.advanceTimersByTimeAsync(PATIENCE_MS * 3);
  expect(held).toHaveLength(1);
  expect(held[0]?.aborted).toBe(false);
});

test("a step that the network swallows can be taken again", async () => {
  const failed: Said[] = [];
  const commands = createCommands(api(swallow), "s", {
    done: () => {},
    failed: (why) => failed.push(why),
  });
  const step = { do: "announce", text: "Lunch" } as const;
  for (const time of [1, 2]) {
    const run = commands.run(step);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(await run).toBe(false);
    expect(failed).toHaveLength(time);
  }
  expect(failed).toEqual(["not_done", "not_done"]);
});

test("a proxy that asks for time gets it, up to a minute", async () => {
  const waits = async (seconds: string) => {
    const headers = { "retry-after": seconds };
    const busy = answer("<h1>Busy</h1>", { status: 503, headers });
    const outcome = await ask(api(busy).GET("/api/v1/auth/me"));
    return outcome.ok ? null : outcome.retryAfterMs;
  };
  expect(await waits("7")).toBe(7_000);
  expect(await waits("3600")).toBe(60_000);
  expect(await waits("Fri, 31 Dec 1999 23:59:59 GMT")).toBe(1_000);
});

test("an answer without the server's clock tells no time", async () => {
  const headers = { "content-type": "application/json", "x-caja-poll-after-ms": "2000" };
  const outcome = await poll(api(answer('{"version":1}', { headers })), "s");
  expect(outcome.ok && outcome.data.timeMs).toBe(null);
});
