import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Outcome } from "../../src/api/client";
import type { Trouble } from "../../src/pages/admin/server";
import { type Loaded, useLoaded } from "../../src/pages/admin/useLoaded";

vi.mock("../../src/pages/admin/who", () => ({ isSignedIn: () => true, useSignIns: () => 0 }));
vi.mock("../../src/pages/admin/reach", () => ({ useIsReached: () => true }));

const EVERY_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** A server that answers the n-th request when it is told to. */
function slow() {
  const answers: ((data: string) => void)[] = [];
  const load = () =>
    new Promise<Outcome<string, Trouble>>((resolve) => {
      answers.push((data) => resolve({ ok: true, data, response: new Response() }));
    });
  const answer = (index: number, data: string) =>
    act(async () => {
      answers[index]!(data);
      await vi.advanceTimersByTimeAsync(0);
    });
  return { load, answer, asked: () => answers.length };
}

let loaded: Loaded<string>;

function Shown({ of, load }: { of: string; load: () => Promise<Outcome<string, Trouble>> }) {
  loaded = useLoaded(of, load, EVERY_MS);
  return <p>{loaded.data ?? "nothing"}</p>;
}

const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
const shown = () => screen.getByText(/./).textContent;

test("an answer that takes longer than the renewal waits is shown, and asked for once", async () => {
  const { load, answer, asked } = slow();
  render(<Shown of="a" load={load} />);
  await pass(3.5 * EVERY_MS);
  expect(asked()).toBe(1);
  await answer(0, "late");
  expect(shown()).toBe("late");
  await pass(EVERY_MS);
  expect(asked()).toBe(2);
});

test("an answer is shown although another has been asked for since, and never an older one", async () => {
  const { load, answer } = slow();
  render(<Shown of="a" load={load} />);
  act(() => {
    void loaded.reload();
    void loaded.reload();
  });
  await answer(1, "second");
  expect(shown()).toBe("second");
  await answer(0, "first");
  expect(shown()).toBe("second");
  await answer(2, "third");
  expect(shown()).toBe("third");
});

test("what a write has answered, or another key, makes void what was asked before", async () => {
  const { load, answer } = slow();
  const { rerender } = render(<Shown of="a" load={load} />);
  act(() => loaded.set("written"));
  await answer(0, "older");
  expect(shown()).toBe("written");
  rerender(<Shown of="b" load={load} />);
  await pass(0);
  expect(shown()).toBe("nothing");
  await answer(1, "b");
  expect(shown()).toBe("b");
});
