// @vitest-environment node
import { describe, expect, test } from "vitest";

import {
  campsOf,
  outcomeOf as pokerOutcome,
  played,
  sizeOf,
} from "../../src/activities/poker/verdict";
import { tap } from "../../src/activities/poll/choosing";
import { isSameOrder, move, place, takeOut } from "../../src/activities/poll/ranking";
import { localeOf, parseNumber, readBack } from "../../src/activities/quiz/numbers";
import { outcomeOf } from "../../src/activities/quiz/outcome";
import { phaseAt } from "../../src/activities/quiz/phase";
import { add, split } from "../../src/activities/wordcloud/words";
import type { PokerRevealedResults } from "../../src/api/schema";
import { oneLine } from "../../src/components/line";
import { fate, given, lengthOf } from "../../src/components/participate";
import { assign } from "../../src/components/slots";
import { mine } from "../../src/pages/participant/mine";

describe("what counts as an answer", () => {
  test("is what is on its way, before what the server knows", () => {
    expect(given({ state: "waiting", body: { rating: 2 } }, { rating: 1 })).toEqual({ rating: 2 });
  });

  test("is what the server has once it has refused another", () => {
    const letter = { state: "refused", body: { rating: 2 }, code: "locked" } as const;
    expect(given(letter, { rating: 1 })).toEqual({ rating: 1 });
    expect(given(letter, undefined)).toBeNull();
  });

  test("is none after it was withdrawn", () => {
    expect(given({ state: "saved", body: null }, { rating: 1 })).toBeNull();
    expect(fate({ state: "saved", body: null }, { rating: 1 })).toBeUndefined();
  });

  test("is in if it was given before this page was opened", () => {
    expect(fate(undefined, { rating: 1 })?.state).toBe("saved");
    expect(fate(undefined, undefined)).toBeUndefined();
  });
});

describe("what people type", () => {
  test("is counted as they see it", () => {
    expect([lengthOf("👩‍👩‍👧‍👦"), lengthOf("e\u0301"), lengthOf("abc")]).toEqual([1, 1, 3]);
  });

  test("becomes one line without what nobody sees", () => {
    expect(oneLine("  a\n\n b\u200b\u200f\ufeff ")).toBe("a b");
    expect(oneLine("👩‍👩‍👧‍👦")).toBe("👩‍👩‍👧‍👦");
  });
});

describe("choosing", () => {
  test("one replaces the other where one is allowed", () => {
    expect(tap(["a"], "b", 1)).toEqual(["b"]);
    expect(tap(["a"], "a", 1)).toEqual(["a"]);
  });

  test("a second tap takes back, and one more than allowed does nothing", () => {
    expect(tap(["a", "b"], "a", 2)).toEqual(["b"]);
    expect(tap(["a", "b"], "c", 2)).toBeNull();
  });
});

describe("ranking", () => {
  test("places behind what is placed, once", () => {
    expect(place(["a"], "b")).toEqual(["a", "b"]);
    expect(place(["a", "b"], "a")).toEqual(["a", "b"]);
  });

  test("moves by one and stops at the ends", () => {
    expect(move(["a", "b", "c"], "c", -1)).toEqual(["a", "c", "b"]);
    expect(move(["a", "b", "c"], "a", 1)).toEqual(["b", "a", "c"]);
    expect(move(["a", "b"], "a", -1)).toEqual(["a", "b"]);
    expect(move(["a", "b"], "b", 1)).toEqual(["a", "b"]);
    expect(move(["a", "b"], "x", 1)).toEqual(["a", "b"]);
  });

  test("takes out, and knows what is the same", () => {
    expect(takeOut(["a", "b"], "a")).toEqual(["b"]);
    expect(isSameOrder(["a", "b"], ["b", "a"])).toBe(false);
    expect(isSameOrder(["a"], ["a", "b"])).toBe(false);
    expect(isSameOrder(["a", "b"], ["a", "b"])).toBe(true);
  });
});

describe("words for the cloud", () => {
  const rules = { max_words: 3, max_length: 5, allow_phrases: false };

  test("are parted by spaces, or by commas where phrases are allowed", () => {
    expect(split(" open  source, rust ", rules)).toEqual(["open", "source", "rust"]);
    expect(split(" open  source, rust ", { allow_phrases: true })).toEqual(["open source", "rust"]);
  });

  test("come behind those that are there", () => {
    expect(add(["a"], "b", rules)).toEqual(["a", "b"]);
  });

  test("are refused when too long, too many or there already", () => {
    expect(add([], "abcdef", rules)).toBe("too_long");
    expect(add(["a", "b"], "c d", rules)).toBe("too_many");
    expect(add(["Rust"], "RUST", rules)).toBe("repeated");
  });
});

describe("numbers", () => {
  test.each([
    ["12", 12],
    ["-3.5", -3.5],
    ["3,5", 3.5],
    ["1.234,5", 1234.5],
    ["1,234.5", 1234.5],
    ["1 234", 1234],
    ["1.234.567", 1234567],
    ["−7", -7],
    [".5", 0.5],
    ["17,508.25", 17508.25],
    ["0,125", 0.125],
    ["0.125", 0.125],
  ])("%s is %d in every language", (typed, value) => {
    expect(["en", "es"].map((locale) => parseNumber(typed, locale))).toEqual([value, value]);
  });

  test.each([
    ["17,508", "en", 17508],
    ["17.508", "en", 17.508],
    ["17.508", "es", 17508],
    ["17,508", "es", 17.508],
    ["17,508", "es-MX", 17508],
    ["-1,000", "en", -1000],
    ["1750,825", "en", 1750.825],
  ])("%s in %s is %d", (typed, locale, value) => {
    expect(parseNumber(typed, locale)).toBe(value);
  });

  test("are read back so that they can't be mistaken", () => {
    expect([17508, 17.508].map((value) => readBack(value, "en"))).toEqual(["17508", "17.508"]);
    expect([17508, 17.508].map((value) => readBack(value, "es"))).toEqual(["17508", "17,508"]);
  });

  test("are written as where the browser is at home, if it speaks the page's language", () => {
    expect(localeOf("es", ["de", "es-MX", "es-ES"])).toBe("es-MX");
    expect(localeOf("en", ["de", "es-MX"])).toBe("en");
  });

  test.each([
    "",
    "many",
    "1e5",
    "1-2",
    ",",
    "Infinity",
    "9".repeat(400),
    "1,2.3",
    "1.2.3",
    "1,23,456",
  ])("%s is none", (typed) => {
    expect(["en", "es"].map((locale) => parseNumber(typed, locale))).toEqual([null, null]);
  });
});

describe("a quiz by the server's clock", () => {
  const asked = { phase: "countdown", opens_at_ms: 1_000, ends_at_ms: 2_000 } as const;

  test("goes from countdown to open to closed without a frame", () => {
    expect([999, 1_000, 1_999, 2_000].map((now) => phaseAt(asked, now))).toEqual([
      "countdown",
      "open",
      "open",
      "closed",
    ]);
  });

  test("goes back nowhere once the server has closed", () => {
    expect(phaseAt({ ...asked, phase: "revealed" }, 1_500)).toBe("revealed");
    expect(phaseAt({ ...asked, phase: "closed" }, 1_500)).toBe("closed");
  });
});

describe("what became of an answer to a quiz", () => {
  const entry = { question: "q1", correct: true, points: 870, ms: 1200, streak: 2 };

  test("is what the server's log says, whatever the key", () => {
    expect(outcomeOf(entry, { question: "q1", choices: ["a"] }, ["b"])).toEqual({
      verdict: "right",
      points: 870,
      streak: 2,
    });
  });

  test("is known by the key before the log comes", () => {
    const answer = { question: "q1", choices: ["a", "b"] };
    expect(outcomeOf(undefined, answer, ["b", "a"]).verdict).toBe("right");
    expect(outcomeOf(undefined, answer, ["a"]).verdict).toBe("wrong");
    const number = { question: "q1", value: 5 };
    expect(outcomeOf(undefined, number, { value: 4, tolerance: 1 }).verdict).toBe("right");
    expect(outcomeOf(undefined, number, { value: 3, tolerance: 1 }).verdict).toBe("wrong");
  });

  test("is missed without an answer, and open for a buzzer until it is judged", () => {
    expect(outcomeOf(undefined, null, ["a"]).verdict).toBe("missed");
    expect(outcomeOf(undefined, { question: "q1", buzz: true }, undefined).verdict).toBe("pending");
  });
});

describe("the cards on the table", () => {
  const results = {
    estimate: null,
    proposal: "5",
    proposal_reason: "mode",
    consensus: false,
    bimodal: false,
  } as PokerRevealedResults;

  test("say one thing first", () => {
    expect(pokerOutcome(results)).toBe("most");
    expect(pokerOutcome({ ...results, proposal_reason: "median" })).toBe("median");
    expect(pokerOutcome({ ...results, bimodal: true })).toBe("apart");
    const votes = { "21": 2, "2": 2, "8": 1 };
    expect(campsOf(votes, ["2", "8", "21"])).toEqual(["2", "21"]);
    expect(campsOf({ ...votes, "?": 3, "☕": 2 }, ["2", "8", "21", "?", "☕"])).toEqual([
      "2",
      "21",
    ]);
    expect(["8", "½", "13", "XXL", "100", "coffee"].map(sizeOf)).toEqual([
      "",
      "",
      "",
      "three",
      "three",
      "wordy",
    ]);
    expect(pokerOutcome({ ...results, consensus: true })).toBe("consensus");
    expect(pokerOutcome({ ...results, proposal: null })).toBe("nothing");
    expect(pokerOutcome({ ...results, estimate: "8" })).toBe("settled");
  });

  test("lie in the order of the deck", () => {
    expect(played({ "?": 1, "13": 2, "5": 1, "8": 0 }, ["5", "8", "13", "?"])).toEqual([
      { card: "5", count: 1 },
      { card: "13", count: 2 },
      { card: "?", count: 1 },
    ]);
  });
});

test("what stays in a list stays where it is", () => {
  const idOf = (item: string) => item;
  expect(assign(["a", "b", "c"], ["d", "c", "b"], idOf)).toEqual(["d", "b", "c"]);
  expect(assign([], ["a", "b"], idOf)).toEqual(["a", "b"]);
  expect(assign(["a", "b"], ["b"], idOf)).toEqual(["b"]);
});

describe("what `/me` says", () => {
  const me = (me_version: number) =>
    ({ me_version, answers: { p: { rating: 1 }, q: { rating: 2 } } }) as never;
  const frame = (round: number, me_version: number) =>
    ({ me_version, activity: { id: "p", round } }) as never;

  test("is taken while it is as new as the frame", () => {
    const known = mine(me(7), frame(1, 7), null);
    expect(known.me?.answers).toHaveProperty("p");
    expect(known.seen).toBe("p:1");
  });

  test("is taken when only scores moved", () => {
    expect(mine(me(7), frame(1, 8), "p:1").me?.answers).toHaveProperty("p");
  });

  test("is no answer to the next round until it is fetched again", () => {
    expect(mine(me(7), frame(2, 8), "p:1").me?.answers).toEqual({ q: { rating: 2 } });
    expect(mine(me(8), frame(2, 8), "p:1").seen).toBe("p:2");
  });
});
