// @vitest-environment node
import { describe, expect, test } from "vitest";

import { distributionOf, outlookOf, verdictOf } from "../../../src/activities/poker/said";
import { rankedOf, stepsOf } from "../../../src/activities/poll/ranks";
import { wallOf } from "../../../src/activities/poll/wall";
import { answeredOf } from "../../../src/activities/quiz/answers";
import type { Frame } from "../../../src/api/frame";
import type { AskedQuestion, PokerRevealedResults } from "../../../src/api/schema";
import { progressOf } from "../../../src/pages/runner/progress";

const DECK = ["1", "2", "3", "5", "8", "13", "?", "☕"];

function round(votes: Record<string, number>, change: object = {}): PokerRevealedResults {
  return {
    votes,
    mode: "5",
    proposal: "5",
    proposal_reason: "mode",
    agreement: 0.6,
    consensus: false,
    bimodal: false,
    outliers: [],
    estimate: null,
    ...change,
  } as unknown as PokerRevealedResults;
}

describe("what a round of poker says", () => {
  test("goes from everybody to nobody", () => {
    const keys = [
      round({ 5: 3 }, { consensus: true, agreement: 1 }),
      round({ 5: 3, 8: 2 }),
      round({ 5: 2, 8: 1, 3: 1, 2: 1 }, { agreement: 0.4 }),
      round({ 5: 2, "?": 3 }, { mode: "?", agreement: 0.6 }),
      round({ 3: 1, 5: 1 }, { proposal_reason: "median" }),
      round({ "?": 2 }, { proposal: null, proposal_reason: "no_estimates" }),
    ].map((results) => verdictOf(results, DECK).key);
    expect(keys).toEqual([
      "verdict_consensus",
      "verdict_mode",
      "verdict_mode_few",
      "verdict_mode_few",
      "verdict_median",
      "verdict_none",
    ]);
  });

  test("names the two camps, and no third card", () => {
    const verdict = verdictOf(round({ 3: 2, 13: 2, 5: 1, "?": 2 }, { bimodal: true }), DECK);
    expect(verdict).toEqual({ key: "verdict_bimodal", one: "3", other: "13" });
  });

  test("names them also where more are unsure, or want a break", () => {
    const votes = { 13: 2, 3: 2, "?": 3, "☕": 2 };
    const verdict = verdictOf(round(votes, { bimodal: true }), DECK);
    expect(verdict).toEqual({ key: "verdict_bimodal", one: "3", other: "13" });
  });

  test("tells what was settled, where the cards say something else", () => {
    const camps = { bimodal: true, estimate: "5", outliers: ["13"] };
    expect(verdictOf(round({ 3: 2, 13: 2 }, camps), DECK)).toEqual({
      key: "verdict_settled",
      card: "5",
    });
    expect(outlookOf(round({ 5: 4, 13: 1 }, { estimate: "5", outliers: ["13"] }), DECK)).toBe(null);
    expect(verdictOf(round({ 5: 3, 8: 2 }, { estimate: "5" }), DECK).key).toBe("verdict_mode");
  });

  test("says who is far away, by name while they are few", () => {
    const cards = [{ participant_id: "f", nickname: "Fay", card: "13" }];
    expect(outlookOf(round({ 5: 4, 13: 1 }, { outliers: ["13"], cards }), DECK)).toEqual({
      key: "outlier_bigger",
      names: ["Fay"],
    });
    expect(
      outlookOf(
        round({ 5: 4, 1: 1 }, { outliers: ["1"], cards: [{ ...cards[0], card: "1" }] }),
        DECK,
      )?.key,
    ).toBe("outlier_smaller");
    expect(outlookOf(round({ 5: 4, 13: 1 }, { outliers: ["13"] }), DECK)).toEqual({
      key: "outliers",
      cards: ["13"],
    });
    expect(outlookOf(round({ 5: 4 }), DECK)).toBeNull();
  });

  test("counts cards in the order of the deck", () => {
    expect(distributionOf({ 13: 1, 5: 4, "?": 1, 8: 0 }, DECK)).toEqual([
      { card: "5", count: 4 },
      { card: "13", count: 1 },
      { card: "?", count: 1 },
    ]);
  });
});

describe("polls", () => {
  test("ranks share a place where scores are equal", () => {
    const options = ["a", "b", "c"].map((id) => ({ id, label: id.toUpperCase() }));
    const ranked = rankedOf(options, {
      responses: 2,
      scores: { b: 4, a: 2, c: 2 },
      first: { b: 2 },
    });
    expect(ranked.map(({ id, place, first }) => [id, place, first])).toEqual([
      ["b", 1, 2],
      ["a", 2, 0],
      ["c", 2, 0],
    ]);
  });

  test("a scale has all its steps, zero too", () => {
    const scale = { min: -1, max: 1, min_label: null, max_label: null };
    expect(stepsOf(scale, { "-1": 2, 1: 1 }).map(({ count }) => count)).toEqual([2, 0, 1]);
  });

  test("texts on the wall stay in their column", () => {
    const text = (id: number) => ({ item_id: `t${id}`, text: `Text ${id}` });
    const first = wallOf([text(3), text(2), text(1)], null, 3);
    const then = wallOf([text(5), text(4), text(3), text(2), text(1)], first, 3);
    for (const [id, column] of first.places) expect(then.places.get(id)).toBe(column);
    expect(then.columns.flat().length).toBe(5);
    // A text that was hidden goes, and the others stay.
    const without = wallOf([text(5), text(4), text(3), text(1)], then, 3);
    expect(without.places.has("t2")).toBe(false);
    expect(without.places.get("t5")).toBe(then.places.get("t5"));
  });
});

describe("quiz", () => {
  const question = (change: object) => ({ options: [], ...change }) as unknown as AskedQuestion;

  test("marks nothing before the key is known", () => {
    const choice = question({
      kind: "choice",
      options: [
        { id: "a", label: "A" },
        { id: "b", label: "B" },
      ],
    });
    expect(answeredOf(choice, { a: 2 }, undefined).map(({ isCorrect }) => isCorrect)).toEqual([
      false,
      false,
    ]);
    expect(answeredOf(choice, { a: 2 }, ["b"])).toEqual([
      { id: "a", label: "A", count: 2, isCorrect: false },
      { id: "b", label: "B", count: 0, isCorrect: true },
    ]);
  });

  test("numbers within the tolerance are right, both ends included", () => {
    const counts = { 487: 1, 486: 3, 537: 1, 538: 2 };
    const shown = answeredOf(question({ kind: "numeric" }), counts, { value: 512, tolerance: 25 });
    expect(shown.map(({ label, isCorrect }) => [label, isCorrect])).toEqual([
      ["486", false],
      ["487", true],
      ["537", true],
      ["538", false],
    ]);
  });
});

test("how many have answered comes from whatever runs", () => {
  const frame = (type: string, results: object | null) =>
    ({
      activity: { type },
      results,
      participants: { total: 90, online: 5 },
    }) as unknown as Frame;
  expect(progressOf(frame("poker", { voted: 2, total: 4 }))).toEqual({ done: 2, of: 4 });
  expect(progressOf(frame("quiz", { answered: 1, total: 3 }))).toEqual({ done: 1, of: 3 });
  expect(progressOf(frame("poll", { responses: 2 }))).toEqual({ done: 2, of: 5 });
  // Somebody answered and left.
  expect(progressOf(frame("poll", { responses: 6 }))).toEqual({ done: 6, of: 6 });
  expect(progressOf(frame("wordcloud", null))).toEqual({ done: 0, of: 5 });
  expect(progressOf(frame("quiz", null))).toBeNull();
});
