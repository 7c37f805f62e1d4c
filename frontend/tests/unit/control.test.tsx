// Presses in the control room, on a server that is made up.

import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { LiveSession } from "../../src/api/live";
import type { FrameActivity } from "../../src/api/schema";
import { dismiss, Toasts } from "../../src/components/Toast";
import { type Press, useControl } from "../../src/pages/admin/control/useControl";

const server = vi.hoisted(() => ({ POST: vi.fn() }));

vi.mock("../../src/pages/admin/server", () => ({ api: server, callAs: (asked: unknown) => asked }));

const live = { id: "s", wake: vi.fn() } as unknown as LiveSession;
const activity = { id: "a", round: 1 } as FrameActivity;
let press: Press;

function Controls() {
  press = useControl(live, activity);
  return <Toasts />;
}

beforeEach(() => {
  server.POST.mockReset();
  render(<Controls />);
});
afterEach(() => {
  cleanup();
  for (let id = 0; id < 20; id += 1) dismiss(id);
});

async function said(problem: { status: number; code: string }): Promise<string> {
  server.POST.mockResolvedValue({ ok: false, problem });
  await act(async () => {
    expect(await press({ action: "next" })).toBe(false);
  });
  return screen.getByRole("status").textContent ?? "";
}

test("a second press for a round that is over is silent, anything else is said", async () => {
  expect(await said({ status: 409, code: "stale_round" })).toBe("");
  expect(await said({ status: 409, code: "invalid_action" })).toContain("can't be done");
});

test("the same press is never under way twice", async () => {
  let answer = (_: unknown) => {};
  server.POST.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const first = press({ action: "next" });
  expect(await press({ action: "next" })).toBe(false);
  answer({ ok: true });
  expect(await first).toBe(true);
  expect(server.POST).toHaveBeenCalledTimes(1);
});
