// @vitest-environment node
import { describe, expect, test } from "vitest";

import { type Order, rowsOf, turnOf } from "../../../src/activities/quiz/buzzers";

const ORDER: Order = Array.from({ length: 10 }, (_, at) => ({
  participant_id: `p${at + 1}`,
  nickname: `P${at + 1}`,
  ms: at,
}));

const wrong = (...places: number[]) =>
  new Map(places.map((place) => [`p${place}`, false] as const));
const places = (verdicts: ReadonlyMap<string, boolean>) =>
  rowsOf(ORDER, verdicts).map(({ place }) => place);

describe("who buzzed", () => {
  test("is asked in turn, until somebody is right", () => {
    expect(turnOf(ORDER, wrong())?.nickname).toBe("P1");
    expect(turnOf(ORDER, wrong(1, 2))?.nickname).toBe("P3");
    expect(turnOf(ORDER, new Map([...wrong(1), ["p2", true]]))).toBe(null);
    expect(turnOf([], wrong())).toBe(null);
  });

  test("is shown around whose turn it is", () => {
    expect(places(wrong())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(places(wrong(1, 2, 3))).toEqual([3, 4, 5, 6, 7, 8]);
    expect(places(wrong(1, 2, 3, 4, 5, 6, 7, 8, 9))).toEqual([5, 6, 7, 8, 9, 10]);
  });
});
