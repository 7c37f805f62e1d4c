// Settling on an estimate, and what the shown question allows, in the control room.

import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import type { Frame } from "../../src/api/frame";
import type { LiveSession } from "../../src/api/live";
import type {
  FramePoker,
  FrameQuiz,
  PokerRevealedResults,
  SessionDetail,
} from "../../src/api/schema";
import { NowPanel } from "../../src/pages/admin/control/NowPanel";
import { PokerSteering } from "../../src/pages/admin/control/PokerSteering";
import { fresh } from "../../src/pages/admin/drafts";
import { madeUp } from "../../src/pages/admin/editor/madeUp";

vi.mock("../../src/pages/admin/server", () => ({ api: {}, call: vi.fn(), callAs: vi.fn() }));

const NOW_MS = 1_000_000;
const live = { id: "s", wake: vi.fn(), now: () => NOW_MS } as unknown as LiveSession;
const words = { untitled: "?", option: (letter: string) => letter, yes: "yes", no: "no" };

afterEach(cleanup);

function settle(results: Partial<PokerRevealedResults>) {
  const press = vi.fn(async () => true);
  const made = madeUp(fresh("p", "poker").written, 0, words) as FramePoker;
  const activity: FramePoker = { ...made, phase: "revealed", status: "active" };
  const all = { estimate: null, bimodal: false, consensus: false, outliers: [], ...results };
  const rest = { stories: null, press, canSteer: true, isNext: true };
  render(
    <PokerSteering
      {...{ live, activity, ...rest }}
      results={all as unknown as PokerRevealedResults}
    />,
  );
  const estimate = screen.getByLabelText<HTMLSelectElement>("Estimate");
  return { press, estimate, button: screen.getByRole("button", { name: "Settle on it" }) };
}

test("a proposal is chosen beforehand, with its reason and what is far from it", () => {
  const { press, estimate, button } = settle({
    proposal: "5",
    proposal_reason: "median",
    outliers: ["1", "21"],
  });
  expect(estimate.value).toBe("5");
  screen.getByText("Proposed: 5. It is the middle of what was played.");
  screen.getByText("Far from the middle: 1, 21");
  fireEvent.click(button);
  expect(press).toHaveBeenCalledWith({ action: "accept", estimate: "5" });
});

test.each([
  ["two camps", { proposal: "8", proposal_reason: "median", bimodal: true }, /^Two camps/],
  ["no estimate", { proposal: null, proposal_reason: "no_estimates" }, /^Nobody played/],
] as const)("with %s nothing is chosen beforehand", (_, results, said) => {
  const { press, estimate, button } = settle(results);
  expect(estimate.value).toBe("");
  screen.getByText(said);
  fireEvent.click(button);
  expect(press).not.toHaveBeenCalled();
  estimate.value = "3";
  estimate.dispatchEvent(new Event("change", { bubbles: true }));
  return vi.waitFor(() => {
    fireEvent.click(button);
    expect(press).toHaveBeenCalledWith({ action: "accept", estimate: "3" });
  });
});

test.each([
  ["waits until a question opens", 3_000, "Wait: it opens in a moment", true],
  ["reveals what has opened", -1, "Reveal", false],
])("the button of a quiz %s", (_, untilOpenMs, name, isDisabled) => {
  const made = madeUp(fresh("q", "quiz").written, 0, words) as FrameQuiz;
  const opens_at_ms = NOW_MS + untilOpenMs;
  const activity: FrameQuiz = { ...made, status: "active", phase: "countdown", opens_at_ms };
  const frame = { session: { status: "active" }, activity, results: null } as unknown as Frame;
  render(<NowPanel live={live} frame={frame} session={{} as SessionDetail} />);
  const button = screen.getByRole("button", { name });
  expect(button.className).toContain("primary");
  expect(button.getAttribute("aria-disabled") === "true").toBe(isDisabled);
});
