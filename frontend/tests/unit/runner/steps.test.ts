// @vitest-environment node
import { describe, expect, test } from "vitest";

import { phaseAt } from "../../../src/activities/quiz/phase";
import type { Frame } from "../../../src/api/frame";
import {
  back,
  forward,
  isOffer,
  others,
  primary,
  showsResults,
  toggleLeaderboard,
  toggleLock,
  toggleQr,
  toggleResults,
  unfinishedIn,
  wentBackFrom,
} from "../../../src/pages/runner/steps";

const entry = (id: string, status: string, type = "poll") => ({
  id,
  type,
  status,
  title: `T ${id}`,
});

function frame(change: object = {}): Frame {
  return {
    version: 1,
    me_version: 1,
    session: { status: "active" },
    activity: null,
    upcoming: [],
    results: null,
    participants: { total: 3 },
    announcement: null,
    activities: [entry("a", "draft"), entry("b", "published"), entry("c", "draft")],
    screen: { qr: "corner", results: false, leaderboard: false },
    ...change,
  } as unknown as Frame;
}

const poll = { id: "a", type: "poll", status: "active", round: 4, revealed: false, locked: false };
const running = [entry("a", "active"), entry("b", "published"), entry("c", "draft")];
const polling = (change = {}, more = {}) =>
  frame({ activity: { ...poll, ...change }, activities: running, ...more });

const poker = (change = {}, results: object | null = null) =>
  frame({
    activities: running,
    activity: {
      id: "a",
      type: "poker",
      status: "active",
      round: 7,
      revealed: false,
      current: { index: 0, of: 2, story: { id: "s1", title: "S" }, cards: [] },
      ...change,
    },
    results,
  });

const quiz = (change = {}, more = {}) =>
  frame({
    activities: running,
    activity: {
      id: "a",
      type: "quiz",
      status: "active",
      round: 2,
      phase: "waiting",
      revealed: false,
      config: { leaderboard: "all" },
      ...change,
    },
    ...more,
  });

const said = (what: ReturnType<typeof primary> | null) =>
  what === null ? null : isOffer(what) ? [what.label, what.step] : what.label;

describe("what comes next", () => {
  test("the first activity that has not run begins", () => {
    expect(said(primary(frame(), 0))).toEqual([
      "do_begin",
      { do: "lifecycle", activity: "a", verb: "activate" },
    ]);
  });

  test("a draft session waits for its opening, a completed one for nothing", () => {
    expect(said(primary(frame({ session: { status: "draft" } }), 0))).toBe("do_open_first");
    expect(said(primary(frame({ session: { status: "completed" } }), 0))).toBe("do_nothing");
  });

  test("a poll is revealed for the round that is shown, then the next one begins", () => {
    const reveal = { do: "control", activity: "a", round: 4, action: "reveal" };
    expect(said(primary(polling(), 0))).toEqual(["do_reveal", reveal]);
    expect(said(primary(polling({ revealed: true }), 0))).toEqual([
      "do_next_activity",
      { do: "lifecycle", activity: "b", verb: "activate" },
    ]);
  });

  test("a poll that is over can still be revealed", () => {
    expect(said(primary(polling({ status: "expired" }), 0))?.[0]).toBe("do_reveal");
  });

  test("after the last activity there is nothing", () => {
    const last = polling({ revealed: true }, { activities: [entry("a", "active")] });
    expect(said(primary(last, 0))).toBe("do_nothing");
    expect(said(forward(last, 0))).toBe("do_nothing");
  });

  test("the arrow moves on without revealing", () => {
    expect(said(forward(polling(), 0))).toEqual([
      "do_next_activity",
      { do: "lifecycle", activity: "b", verb: "activate" },
    ]);
  });

  test("the arrow back opens again what was before", () => {
    const second = frame({
      activity: { ...poll, id: "b" },
      activities: [entry("a", "expired"), entry("b", "active")],
    });
    expect(said(back(second))).toEqual([
      "do_previous_activity",
      { do: "lifecycle", activity: "a", verb: "reopen" },
    ]);
    expect(back(polling())).toBeNull();
  });

  test("what going back would end is named, unless it is finished", () => {
    const title = "T b";
    expect(unfinishedIn(polling({ title }))).toBe(title);
    expect(unfinishedIn(polling({ title, revealed: true }))).toBeNull();
    expect(unfinishedIn(polling({ title, status: "expired" }))).toBeNull();
    expect(unfinishedIn(poker({ title, revealed: true }))).toBe(title);
    expect(unfinishedIn(quiz({ title, phase: "revealed" }))).toBe(title);
    expect(unfinishedIn(quiz({ title, phase: "finished" }))).toBeNull();
    expect(unfinishedIn(frame())).toBeNull();
  });

  test("after going back, on leads to what was left, as long as it is over", () => {
    const before = polling(
      { id: "b" },
      { activities: [entry("a", "expired"), entry("b", "active")] },
    );
    const step = back(before)!.step;
    expect(wentBackFrom(before, step)).toBe("b");
    const activities = [entry("a", "active"), entry("b", "expired"), entry("c", "draft")];
    const again = { ...polling({ revealed: true }, { activities }), wentBackFrom: "b" };
    const offer = ["do_continue", { do: "lifecycle", activity: "b", verb: "reopen" }];
    expect(said(forward(again, 0))).toEqual(offer);
    expect(said(primary(again, 0))).toEqual(offer);
    expect(wentBackFrom(again, { do: "lifecycle", activity: "b", verb: "reopen" })).toBeNull();
    const gone = { ...again, wentBackFrom: "x" };
    expect(said(forward(gone, 0))).toEqual([
      "do_next_activity",
      { do: "lifecycle", activity: "c", verb: "activate" },
    ]);
  });

  test("drafts that were skipped come after the last one", () => {
    const activities = [entry("a", "draft"), entry("b", "expired"), entry("c", "active")];
    const last = polling({ id: "c", revealed: true }, { activities });
    const begin = { do: "lifecycle", activity: "a", verb: "activate" };
    expect(said(primary(last, 0))).toEqual(["do_next_activity", begin]);
    expect(said(forward(last, 0))).toEqual(["do_next_activity", begin]);
  });
});

describe("poker", () => {
  const revealed = { proposal: "5", estimate: null, bimodal: false, voted: 3 };

  test("cards are shown once somebody has voted", () => {
    expect(said(primary(poker({}, { voted: 0 }), 0))).toBe("do_wait_votes");
    expect(said(primary(poker({}, { voted: 1 }), 0))?.[0]).toBe("do_reveal");
  });

  test("then the proposal is settled, then the next story comes", () => {
    const accept = { do: "control", activity: "a", round: 7, action: "accept", estimate: "5" };
    expect(said(primary(poker({ revealed: true }, revealed), 0))).toEqual(["do_accept", accept]);
    const settled = poker({ revealed: true }, { ...revealed, estimate: "5" });
    expect(said(primary(settled, 0))?.[0]).toBe("do_next_story");
  });

  test("two camps, or no estimate at all, vote again", () => {
    for (const results of [
      { ...revealed, bimodal: true },
      { ...revealed, proposal: null },
    ]) {
      expect(said(primary(poker({ revealed: true }, results), 0))?.[0]).toBe("do_revote");
    }
  });

  test("after the last story the next activity comes", () => {
    const current = { index: 1, of: 2, story: { id: "s2", title: "S" }, cards: [] };
    const last = poker({ revealed: true, current }, { ...revealed, estimate: "5" });
    expect(said(primary(last, 0))?.[0]).toBe("do_next_activity");
    expect(said(forward(last, 0))?.[0]).toBe("do_next_activity");
    expect(said(back(last))).toEqual([
      "do_previous_story",
      { do: "control", activity: "a", round: 7, action: "previous" },
    ]);
  });

  test("stories that came while voting without one are gone to", () => {
    const current = { index: 0, of: 1, story: null, cards: [] };
    expect(said(forward(poker({ current }), 0))?.[0]).toBe("do_next_story");
    const none = { index: 0, of: 0, story: null, cards: [] };
    expect(said(forward(poker({ current: none }), 0))?.[0]).toBe("do_next_activity");
  });

  test("voting again is offered only when cards are open", () => {
    expect(others(poker()).map(({ label }) => label)).toEqual(["do_next_story"]);
    expect(others(poker({ revealed: true })).map(({ label }) => label)).toEqual([
      "do_revote",
      "do_next_story",
    ]);
  });
});

describe("quiz", () => {
  test("goes question, reveal, leaderboard, next", () => {
    const labels = [
      quiz(),
      quiz({ phase: "countdown", opens_at_ms: 100, ends_at_ms: 200 }),
      quiz({ phase: "open", opens_at_ms: 0, ends_at_ms: 200 }),
      quiz({ phase: "closed" }),
      quiz({ phase: "revealed", current: { index: 0, of: 2 } }),
      quiz(
        { phase: "revealed", current: { index: 0, of: 2 } },
        { screen: { qr: "corner", results: false, leaderboard: true } },
      ),
      quiz(
        { phase: "revealed", current: { index: 1, of: 2 } },
        { screen: { qr: "corner", results: false, leaderboard: true } },
      ),
      quiz({ phase: "finished" }),
    ].map((each) => {
      const next = said(primary(each, 50));
      return Array.isArray(next) ? next[0] : next;
    });
    expect(labels).toEqual([
      "do_start_quiz",
      "do_wait",
      "do_reveal",
      "do_reveal",
      "do_leaderboard",
      "do_next_question",
      "do_finish",
      "do_next_activity",
    ]);
  });

  test("without a leaderboard it goes on at once", () => {
    const off = quiz({
      phase: "revealed",
      current: { index: 0, of: 2 },
      config: { leaderboard: "off" },
    });
    expect(said(primary(off, 0))?.[0]).toBe("do_next_question");
    expect(toggleLeaderboard(off)).toBeNull();
  });

  test("phases go on by the clock between frames", () => {
    const asked = {
      phase: "countdown",
      status: "active",
      opens_at_ms: 100,
      ends_at_ms: 200,
    } as const;
    expect([99, 100, 199, 200].map((at) => phaseAt(asked, at))).toEqual([
      "countdown",
      "open",
      "open",
      "closed",
    ]);
    expect(phaseAt({ ...asked, phase: "revealed" }, 150)).toBe("revealed");
    expect(phaseAt({ ...asked, phase: "closed" }, 150)).toBe("closed");
  });
});

describe("what is shown", () => {
  test("results are drawn when they are revealed or the host asks", () => {
    expect(showsResults(polling())).toBe(false);
    expect(showsResults(polling({ revealed: true }))).toBe(true);
    const asked = polling({}, { screen: { qr: "corner", results: true, leaderboard: false } });
    expect(showsResults(asked)).toBe(true);
  });

  test("H shows on the screen alone, and hides everywhere", () => {
    const on = { qr: "corner", results: true, leaderboard: false };
    const hide = { do: "control", activity: "a", round: 4, action: "hide" };
    const off = { do: "screen", screen: { ...on, results: false } };
    expect(toggleResults(polling())).toEqual([{ do: "screen", screen: on }]);
    expect(toggleResults(polling({}, { screen: on }))).toEqual([off]);
    expect(toggleResults(polling({ revealed: true }))).toEqual([hide]);
    expect(toggleResults(polling({ revealed: true }, { screen: on }))).toEqual([hide, off]);
    expect(toggleResults(poker())).toEqual([]);
  });

  test("Q makes the code large and small again", () => {
    const full = { qr: "full", results: false, leaderboard: false };
    expect(toggleQr(frame())).toEqual({ do: "screen", screen: full });
    expect(toggleQr(frame({ screen: full }))).toEqual({
      do: "screen",
      screen: { ...full, qr: "corner" },
    });
  });

  test("only what runs and takes answers is locked", () => {
    const lock = { do: "control", activity: "a", round: 4, action: "lock" };
    expect(toggleLock(polling())).toEqual(lock);
    expect(toggleLock(polling({ locked: true }))).toEqual({ ...lock, action: "unlock" });
    expect(toggleLock(polling({ status: "expired" }))).toBeNull();
    expect(toggleLock(quiz())).toBeNull();
  });
});
