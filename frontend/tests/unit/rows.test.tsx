import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { More } from "../../src/pages/admin/More";
import { type Asked, firstRows, useRows } from "../../src/pages/admin/useRows";

vi.mock("../../src/pages/admin/who", () => ({ isSignedIn: () => true, useSignIns: () => 0 }));
vi.mock("../../src/pages/admin/reach", () => ({ useIsReached: () => true }));

const EVERY_MS = 1_000;
const STEP = 100;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** A server of so many rows, which tells what it was asked for. */
function server(all: number) {
  const asked: Asked[] = [];
  const load = async (page: Asked) => {
    asked.push(page);
    const from = Number(page.cursor ?? 0);
    const to = Math.min(all, from + page.limit);
    const items = Array.from({ length: to - from }, (_, index) => from + index);
    const data = { items, next_cursor: to < all ? String(to) : null };
    return { ok: true as const, data, response: new Response() };
  };
  return { asked, load };
}

const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });

function List({ load }: { load: ReturnType<typeof server>["load"] }) {
  const rows = useRows("all", STEP, EVERY_MS, load);
  return (
    <>
      <p role="status">{rows.data?.items.length}</p>
      <More rows={rows} />
    </>
  );
}

test("rows come in as few requests as the server allows, and as many as were asked for", async () => {
  const { asked, load } = server(1_000);
  const found = await firstRows(250, load);
  expect(found.ok && found.data.items.length).toBe(250);
  expect(asked).toEqual([{ limit: 200 }, { limit: 50, cursor: "200" }]);
});

test("a list is renewed in one request, and no longer once it takes more", async () => {
  const { asked, load } = server(1_000);
  render(<List load={load} />);
  await pass(0);
  for (const shown of ["100", "200"]) {
    expect(screen.getByRole("status").textContent).toBe(shown);
    const before = asked.length;
    await pass(EVERY_MS);
    expect(asked.length).toBe(before + 1);
    fireEvent.click(screen.getByRole("button", { name: "Show more" }));
    await pass(0);
  }
  expect(screen.getByRole("status").textContent).toBe("300");
  const before = asked.length;
  await pass(10 * EVERY_MS);
  expect(asked.length).toBe(before);
  fireEvent.click(screen.getByRole("button", { name: "Renew" }));
  await pass(0);
  expect(asked.length).toBe(before + 2);
});
