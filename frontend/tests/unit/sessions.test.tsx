// The list of sessions, on a server that is made up.

import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { SessionResource } from "../../src/api/schema";
import { CreateSession } from "../../src/pages/admin/CreateSession";
import { Toasts } from "../../src/components/Toast";
import { SessionList } from "../../src/pages/admin/SessionList";

const server = vi.hoisted(() => ({ GET: vi.fn(), POST: vi.fn(), PATCH: vi.fn() }));

vi.mock("../../src/pages/admin/who", () => ({ isSignedIn: () => true, useSignIns: () => 0 }));
vi.mock("../../src/pages/admin/reach", () => ({ useIsReached: () => true }));
vi.mock("../../src/pages/admin/server", () => ({
  api: server,
  call: (asked: unknown) => asked,
  ifMatch: () => ({}),
}));

const session = { id: "s", name: "Retro", status: "active", code: "123456", activity_count: 1 };
const listed = (change: Partial<SessionResource>) => ({
  ok: true,
  data: {
    items: [{ ...session, created_at: "2026-11-23T13:00:00Z", revision: 1, ...change }],
    next_cursor: null,
  },
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });

async function open(): Promise<void> {
  render(
    <>
      <SessionList q="" status={null} />
      <Toasts />
    </>,
  );
  await pass(0);
}

test("the numbers of a session are renewed while one looks", async () => {
  server.GET.mockResolvedValue(listed({ participant_count: 1 }));
  await open();
  screen.getByText("1 participant");
  server.GET.mockResolvedValue(listed({ participant_count: 7 }));
  await pass(10_000);
  screen.getByText("7 participants");
});

test("a copy that could not be renamed is not said to have another name", async () => {
  server.GET.mockResolvedValue(listed({}));
  server.POST.mockResolvedValue({ ok: true, data: { ...session, id: "copy" } });
  server.PATCH.mockResolvedValue({ ok: false, problem: { status: 503, code: "busy" } });
  await open();
  fireEvent.click(screen.getByRole("button", { name: "Duplicate Retro" }));
  await pass(0);
  screen.getByText(/^Duplicated, but/);
  expect(screen.queryByText(/Duplicated as/)).toBeNull();
});

describe("a session whose creation was not answered", () => {
  const LOST = { ok: false, problem: { status: 0, code: "unreachable" } };
  const found = (created: Partial<SessionResource>) => ({
    ...listed({ activity_count: 0, participant_count: 0, ...created }),
    response: new Response(null, { headers: { date: new Date().toUTCString() } }),
  });
  const create = async () => {
    fireEvent.click(screen.getByRole("button", { name: "Create" }));
    await pass(2_000);
  };

  beforeEach(async () => {
    location.hash = "";
    server.POST.mockReset();
    server.POST.mockResolvedValueOnce(LOST);
    server.POST.mockResolvedValueOnce({ ok: true, data: { ...session, id: "second" } });
    render(<CreateSession onClose={() => {}} />);
    fireEvent.input(screen.getByLabelText("Name"), { target: { value: "Retro" } });
    await pass(0);
    await create();
  });

  test("is found, and not made again", async () => {
    server.GET.mockResolvedValue(found({ id: "first", created_at: new Date().toISOString() }));
    await create();
    expect(location.hash).toBe("#/sessions/first/edit");
    expect(server.POST).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["was there before", { created_at: new Date(0).toISOString() }],
    ["has another name", { created_at: "2100-01-01T00:00:00Z", name: "Retro 2" }],
    ["is in use", { created_at: "2100-01-01T00:00:00Z", activity_count: 1 }],
  ])("is not one that %s", async (_, other) => {
    server.GET.mockResolvedValue(found(other));
    await create();
    expect(location.hash).toBe("#/sessions/second/edit");
  });

  test("is not made again while nobody can say whether it is there", async () => {
    server.GET.mockResolvedValue(LOST);
    await create();
    expect(location.hash).toBe("");
    expect(server.POST).toHaveBeenCalledTimes(1);
  });
});
