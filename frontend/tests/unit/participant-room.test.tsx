// What is around the activities on the phone: what became of an answer, messages from the host.

import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import { connect } from "../../src/api/client";
import type { Frame } from "../../src/api/frame";
import { createOutbox, type Delivery, type Slot } from "../../src/api/outbox";
import type { FramePoll } from "../../src/api/schema";
import { memoryStorage } from "../../src/api/storage";
import { Announcement } from "../../src/pages/participant/Announcement";
import { Doing } from "../../src/pages/participant/Doing";
import { Missed } from "../../src/pages/participant/Missed";
import { You } from "../../src/pages/participant/You";
import { fakeTimers } from "./fakeTimers";

afterEach(cleanup);

const slot: Slot = { session: "s", activity: "a", round: 1, about: "Where do we go?" };

async function outboxWith(delivery: Delivery | null) {
  const timers = fakeTimers();
  const deliver = async () => delivery ?? { ok: true as const };
  const outbox = createOutbox("s", deliver, memoryStorage(), timers);
  if (delivery !== null) outbox.send(slot, { choices: ["a"] });
  await timers.pass(0);
  return outbox;
}

const late: Delivery = {
  ok: false,
  status: 409,
  code: "not_accepting",
  reason: "inactive",
  retryAfterMs: 0,
};

const activity = {
  id: "a",
  type: "poll",
  title: "Title",
  status: "expired",
  round: 1,
  phase: "closed",
  revealed: false,
  locked: false,
  config: {
    kind: "choice",
    question: "Where do we go?",
    options: [{ id: "a", label: "Sea" }],
    max_choices: 1,
    results: "on_reveal",
    allow_change: true,
  },
} as unknown as FramePoll;

const frame = {
  version: 1,
  me_version: 1,
  session: { id: "s", name: "All hands", status: "active" },
  activity,
  upcoming: [],
  results: null,
  participants: { total: 1 },
  announcement: null,
} as unknown as Frame & { activity: FramePoll };

const doing = (outbox: Awaited<ReturnType<typeof outboxWith>>) => (
  <Doing frame={frame} me={null} outbox={outbox} now={Date.now} onRefused={() => {}} />
);

test("an answer that came after the end is not well done", async () => {
  globalThis.ResizeObserver ??= class {
    observe() {}
    disconnect() {}
  } as never;
  render(doing(await outboxWith(late)));
  await screen.findByText("The question has moved on; this came too late");
  expect(screen.queryByText("Well done")).toBe(null);
  cleanup();
  render(doing(await outboxWith(null)));
  expect(screen.getByText("Well done")).toBeTruthy();
});

test("once the page is about something else, it says which answer came too late", async () => {
  const outbox = await outboxWith(late);
  const { rerender } = render(<Missed outbox={outbox} slot={slot} />);
  expect(screen.queryByText(/too late/)).toBe(null);
  rerender(<Missed outbox={outbox} slot={null} />);
  expect(screen.getByText("Your answer to “Where do we go?” came too late.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Hide this" }));
  expect(screen.queryByText(/too late/)).toBe(null);
});

test("an answer that was not taken for another reason is not called late", async () => {
  const refused = { ...late, status: 422, code: "text_rejected" } as const;
  const { reason: _, ...delivery } = refused;
  render(<Missed outbox={await outboxWith(delivery)} slot={null} />);
  expect(screen.getByText("Your answer to “Where do we go?” was not accepted.")).toBeTruthy();
});

test("a message that is sent again after it was taken away shows again", async () => {
  const { rerender } = render(<Announcement text="Lunch" />);
  fireEvent.click(screen.getByRole("button", { name: "Hide the message" }));
  expect(screen.queryByText("Lunch")).toBe(null);
  rerender(<Announcement text={null} />);
  await expect.poll(() => screen.queryByRole("button")).toBe(null);
  rerender(<Announcement text="Lunch" />);
  expect(await screen.findByText("Lunch")).toBeTruthy();
});

test("a session that is over lets everybody go", async () => {
  const problem = { status: 409, code: "session_completed", title: "Conflict" };
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(problem, { status: 409 })));
  const left = vi.fn();
  const api = connect("http://caja.test", "token");
  const ways = { onChanged: () => {}, onLeft: left, onClose: () => {} };
  render(<You api={api} session="s" me={null} name="Ana" {...ways} />);
  fireEvent.click(screen.getByRole("button", { name: "Leave the session" }));
  fireEvent.click(screen.getByRole("button", { name: "Leave" }));
  await expect.poll(() => left.mock.calls.length).toBe(1);
  vi.unstubAllGlobals();
});
