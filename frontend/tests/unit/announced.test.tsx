// What is read out, on phones and on the big screen.

import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, test } from "vitest";

import type { Frame } from "../../src/api/frame";
import type { MeResource } from "../../src/api/schema";
import { texts as activities } from "../../src/i18n/participant/activities";
import { texts as room } from "../../src/i18n/participant/room";
import { texts as runner } from "../../src/i18n/runner";
import { Announcer } from "../../src/pages/participant/Announcer";
import { announcementOf as onPhone } from "../../src/pages/participant/announced";
import { announcementOf as onScreen } from "../../src/pages/runner/announced";

afterEach(cleanup);

const frame = (activity: object | null, more: object = {}) =>
  ({
    version: 1,
    me_version: 5,
    session: { id: "s", status: "active" },
    activity: activity && { id: "a", title: "Title", status: "active", ...activity },
    results: null,
    screen: { qr: "corner", results: false, leaderboard: false },
    ...more,
  }) as unknown as Frame;

const POLL = { type: "poll", revealed: false, config: { question: "Where to?" } };
const counts = { counts: { a: 1 }, responses: 1 };
const question = {
  id: "q1",
  prompt: "Capital?",
  kind: "choice",
  options: [{ id: "a", label: "Lisbon" }],
};
const QUIZ = { type: "quiz", phase: "open", current: { index: 0, of: 2, question } };
const cards = {
  votes: { 5: 3 },
  proposal: "5",
  proposal_reason: "mode",
  consensus: true,
  bimodal: false,
  estimate: null,
  agreement: 1,
};
const POKER = {
  type: "poker",
  revealed: false,
  current: { story: { title: "Search" }, cards: [] },
};

const me = (more: object = {}) =>
  ({ me_version: 5, spectator: false, answers: {}, log: [], ...more }) as unknown as MeResource;

const T = { room: room.in("en"), activities: activities.in("en") };
const phone = (of: Frame, mine: MeResource | null = me(), nowMs = 0) => onPhone(of, mine, nowMs, T);
const big = (of: Frame, nowMs = 0) => onScreen(of, nowMs, "en", runner.in("en"));

describe("a phone reads out", () => {
  test("what begins, what it ends with, and nothing in between", () => {
    expect(phone(frame(null))).toBe("");
    expect(phone(frame(POLL))).toBe("New: Where to?");
    expect(phone(frame({ ...POLL, status: "expired" }))).toBe("No more answers are taken.");
    expect(phone(frame({ ...POLL, revealed: true }, { results: counts }))).toBe(
      "Here is what everybody says.",
    );
    expect(phone(frame(POLL, { session: { status: "completed" } }))).toBe("That was it");
  });

  test("no results that were there from the start", () => {
    expect(phone(frame(POLL, { results: counts }))).toBe("New: Where to?");
  });

  test("what the cards say", () => {
    expect(phone(frame(POKER))).toBe("New: Search");
    const revealed = frame({ ...POKER, revealed: true }, { results: cards });
    expect(phone(revealed)).toBe("You all say 5.");
  });

  test("a quiz by the server's clock, and the verdict once it is known", () => {
    const asked = frame({ ...QUIZ, opens_at_ms: 10, ends_at_ms: 20 });
    expect([5, 15, 25].map((nowMs) => phone(asked, me(), nowMs))).toEqual([
      "Get ready",
      "New: Capital?",
      "The time for this question is over.",
    ]);
    const revealed = frame({ ...QUIZ, phase: "revealed" }, { results: { correct: ["a"] } });
    const answers = { a: { question: "q1", choices: ["a"] } };
    const entry = { question: "q1", correct: true, points: 900, streak: 1, ms: 3 };
    expect(phone(revealed, me({ me_version: 4, answers, log: [] }))).toBe("");
    expect(phone(revealed, me({ answers, log: [entry] }))).toBe("You are right: 900 points.");
    const wrong = { ...entry, correct: false, points: 0 };
    expect(phone(revealed, me({ answers, log: [wrong] }))).toBe("You are not right this time.");
    expect(phone(revealed)).toBe("You gave no answer.");
    expect(phone(revealed, me({ spectator: true }))).toBe("");
  });

  test("in a region that was there before", () => {
    const { rerender } = render(<Announcer frame={null} me={null} now={() => 0} />);
    const region = screen.getByRole("status");
    expect(region.textContent).toBe("");
    rerender(<Announcer frame={frame(POLL)} me={null} now={() => 0} />);
    expect(screen.getByRole("status")).toBe(region);
    expect(region.textContent).toBe("New: Where to?");
  });
});

describe("the big screen reads out", () => {
  test("the question, that it is closed, and results once they are drawn", () => {
    expect(big(frame(null))).toBe("");
    expect(big(frame(POLL, { results: counts }))).toBe("Where to?");
    expect(big(frame({ ...POLL, status: "expired" }))).toBe("Closed: Where to?");
    expect(big(frame({ ...POLL, revealed: true }))).toBe("Results: Where to?");
  });

  test("what the cards say", () => {
    expect(big(frame(POKER, { results: { voted: 1, total: 3 } }))).toBe("Search");
    expect(big(frame({ ...POKER, revealed: true }, { results: cards }))).toBe("Everybody says 5.");
  });

  test("a quiz by the server's clock, its right answers, who leads and the end", () => {
    const asked = frame({ ...QUIZ, opens_at_ms: 10, ends_at_ms: 20 });
    expect([5, 15, 25].map((nowMs) => big(asked, nowMs))).toEqual([
      "The next question comes",
      "Capital?",
      "Time is up: Capital?",
    ]);
    const revealed = { ...QUIZ, phase: "revealed" };
    const results = { correct: ["a"] };
    expect(big(frame(revealed, { results }))).toBe("Right answer: Lisbon");
    expect(big(frame(revealed))).toBe("Results: Capital?");
    const screenOf = { qr: "corner", results: false, leaderboard: true };
    expect(big(frame(revealed, { results, screen: screenOf }))).toBe("Leaderboard");
    expect(big(frame({ ...QUIZ, phase: "finished" }))).toBe("That was the quiz");
  });
});
