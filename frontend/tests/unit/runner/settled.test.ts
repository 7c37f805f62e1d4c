// @vitest-environment node
import { describe, expect, test } from "vitest";

import type { Frame } from "../../../src/api/frame";
import { createSettling } from "../../../src/pages/runner/settled";
import { control, primary } from "../../../src/pages/runner/steps";

const STORY = { id: "s1", title: "Export" };

function table(
  round: number,
  change: object,
  estimate: string | null = null,
  story = STORY,
): Frame {
  return {
    session: { status: "active" },
    activities: [],
    activity: {
      id: "a",
      type: "poker",
      status: "active",
      round,
      revealed: false,
      current: { index: 0, of: 1, story, cards: ["3", "5", "13"] },
      ...change,
    },
    results: { voted: 2, total: 2 },
    stories: story === null ? [] : [{ ...story, rounds: 1, ...(estimate && { estimate }) }],
  } as unknown as Frame;
}

const voting = (round: number, estimate: string | null = null) => table(round, {}, estimate);

function revealed(round: number, estimate: string | null, results: object = {}): Frame {
  return {
    ...table(round, { revealed: true }, estimate),
    results: { votes: {}, proposal: "5", bimodal: false, rounds: [{}], estimate, ...results },
  } as unknown as Frame;
}

const settledOn = (frame: Frame) => (frame.results as { estimate?: string | null }).estimate;

describe("an estimate", () => {
  test("of the first round is of this one, whoever looks", () => {
    const frame = revealed(1, "5", { rounds: [] });
    expect(createSettling().of(frame)).toBe(frame);
  });

  test("of an earlier round is not what two camps have settled on", () => {
    const settling = createSettling();
    settling.of(voting(2, "5"));
    const shown = settling.of(revealed(2, "5", { bimodal: true, proposal: "3" }));
    expect(settledOn(shown)).toBe(null);
    expect(primary(shown, 0).label).toBe("do_revote");
    // Whoever comes in between does not believe it either.
    expect(settledOn(createSettling().of(revealed(2, "5", { bimodal: true })))).toBe(null);
  });

  test("of an earlier round holds where the cards say the same again", () => {
    const settling = createSettling();
    settling.of(voting(2, "5"));
    expect(settledOn(settling.of(revealed(2, "5")))).toBe("5");
    expect(settledOn(settling.of(revealed(2, "5", { proposal: "8" })))).toBe(null);
  });

  test("that changes is of this round", () => {
    const settling = createSettling();
    settling.of(voting(2, "5"));
    expect(settledOn(settling.of(revealed(2, "13", { bimodal: true })))).toBe("13");
  });

  test("that was accepted once more from here is of this round", () => {
    const settling = createSettling();
    const frame = voting(2, "5");
    settling.of(frame);
    settling.done(control(frame.activity!, { action: "accept", estimate: "5" }));
    expect(settledOn(settling.of(revealed(2, "5", { bimodal: true })))).toBe("5");
    settling.of(voting(3, "5"));
    expect(settledOn(settling.of(revealed(3, "5", { bimodal: true })))).toBe(null);
  });

  test("without a story is remembered from round to round", () => {
    const settling = createSettling();
    const free = (frame: Frame) =>
      ({
        ...frame,
        stories: [],
        activity: { ...frame.activity, current: { story: null } },
      }) as never;
    settling.of(free(voting(1)));
    expect(settledOn(settling.of(free(revealed(1, "5", { rounds: [] }))))).toBe("5");
    settling.of(free(voting(2)));
    expect(settledOn(settling.of(free(revealed(2, "5", { bimodal: true }))))).toBe(null);
  });
});
