// Who is there and who votes, on a server that is made up.

import { act, cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Frame } from "../../src/api/frame";
import type { LiveSession } from "../../src/api/live";
import type { FramePoker, Results } from "../../src/api/schema";
import { Toasts } from "../../src/components/Toast";
import { Participants } from "../../src/pages/admin/control/Participants";
import { PokerSteering } from "../../src/pages/admin/control/PokerSteering";

const server = vi.hoisted(() => ({ GET: vi.fn(), PATCH: vi.fn() }));

vi.mock("../../src/pages/admin/server", () => ({ api: server, call: (asked: unknown) => asked }));

const live = { id: "s", wake: vi.fn() } as unknown as LiveSession;
const ada = { participant_id: "p1", nickname: "Ada", spectator: false, status: "online" };

beforeEach(() => {
  server.GET.mockResolvedValue({ ok: true, data: { items: [ada], next_cursor: null } });
});
afterEach(cleanup);

const settled = () =>
  act(async () => {
    await new Promise((resolve) => setTimeout(resolve));
  });

/** What the last change of a person was. */
const changed = () => {
  const [, asked] = server.PATCH.mock.lastCall!;
  return [asked.params.path.pid, asked.body];
};

test("a person is made to only watch, and their name is left alone", async () => {
  server.PATCH.mockResolvedValue({ ok: true, data: { ...ada, spectator: true } });
  const frame = { participants: { total: 1, online: 1 } } as Frame;
  render(<Participants live={live} frame={frame} />);
  await settled();
  fireEvent.click(screen.getByRole("button", { name: "Edit Ada" }));
  await settled();
  fireEvent.click(screen.getByLabelText("Only watches"));
  fireEvent.click(screen.getByText("Save"));
  await settled();
  expect(changed()).toEqual(["p1", { spectator: true }]);
  screen.getByText(/watches only/);
});

test("whoever is waited for at the cards can be skipped", async () => {
  server.PATCH.mockResolvedValue({ ok: true, data: { ...ada, spectator: true } });
  const activity = { type: "poker", phase: "voting", status: "active", round: 1 } as FramePoker;
  const voters = [
    { ...ada, voted: false },
    { participant_id: "p2", nickname: "Grace", voted: true },
  ];
  const results = { round: 1, voted: 1, total: 2, names_omitted: false, voters } as Results;
  const rest = { stories: null, press: vi.fn(), canSteer: true, isNext: false };
  render(
    <>
      <PokerSteering {...{ live, activity, results, ...rest }} />
      <Toasts />
    </>,
  );
  screen.getByText("1 has not voted");
  expect(screen.queryByText("Grace")).toBeNull();
  fireEvent.click(screen.getByText("Skip"));
  await settled();
  expect(changed()).toEqual(["p1", { spectator: true }]);
  screen.getByText(/^Ada only watches now/);
});
