import { describe, expect, test } from "vitest";

import type {
  FrameActivityEntry,
  FramePoker,
  FrameQuiz,
  ParticipantResource,
  PokerRevealedResults,
  StoryInFrame,
} from "../../src/api/schema";
import { drawn, OVERSCAN, windowOf } from "../../src/components/virtual";
import { texts } from "../../src/i18n/admin";
import { createPeople, type Page } from "../../src/pages/admin/control/people";
import { actionsOf, firstOf, isDone, nextOf } from "../../src/pages/admin/control/steering";
import { changed, fits, fresh } from "../../src/pages/admin/drafts";
import { madeUp } from "../../src/pages/admin/editor/madeUp";
import { explain, pathsOf, placeOf, wrongAt } from "../../src/pages/admin/problems";
import { inWords } from "../../src/pages/admin/refusals";
import { merged } from "../../src/pages/admin/merge";
import { HEIGHT, seriesOf, WIDTH } from "../../src/pages/admin/report/timeline";
import { parse, toList, toSession } from "../../src/pages/admin/route";

const t = texts.in("en");

describe("the fragment", () => {
  test("says where the page is, there and back", () => {
    expect(parse(toSession("x", "control", "moderation"))).toEqual({
      page: "session",
      id: "x",
      section: "control",
      panel: "moderation",
    });
    expect(parse(toList("a&b #", "active"))).toEqual({
      page: "list",
      q: "a&b #",
      status: "active",
    });
  });

  test("that means nothing leads to the list", () => {
    for (const nothing of ["", "#", "#/sessions/x/none", "#/?status=odd"]) {
      expect(parse(nothing)).toEqual({ page: "list", q: "", status: null });
    }
  });
});

describe("a problem", () => {
  test("is said in words that tell what to do", () => {
    expect(explain(t, { status: 409, code: "stale_revision" })).toContain("Look at what is there");
    const teapot = { status: 418, code: "teapot", detail: "no coffee" };
    expect(explain(texts.in("es"), teapot)).toContain("teapot");
    expect(explain(texts.in("es"), teapot)).not.toContain("coffee");
  });

  test("of a field is found by its pointer alone", () => {
    const errors = [
      { pointer: "/config/options/1/label", detail: "must have 1 to 200 characters" },
    ];
    expect(wrongAt(t, errors, "/config/options/1/label")).toBe(
      "Write something here: 1 to 200 characters.",
    );
    expect(wrongAt(t, errors, "/config/options/1")).toBeUndefined();
    expect(wrongAt(t, undefined, "/title")).toBeUndefined();
  });

  test("has words in every language, or the server's own", () => {
    expect(inWords(texts.in("es"), "must be 1 to 10")).toBe("Debe estar entre 1 y 10.");
    expect(inWords(t, "has a colour")).toBe("Does not fit: it has a colour.");
  });

  test("names the place as people call it", () => {
    expect(placeOf(t, "/config/questions/0/prompt")).toBe("Question 1, Question");
    expect(placeOf(t, "/config/options/2/label")).toBe("Option C");
    expect(placeOf(t, "/odd")).toBe("Form");
  });
});

test("an item of a list that is typed in one field is wrong at that field", () => {
  const errors = [
    { pointer: "/config/deck/3", detail: "is there twice; ? and ☕ are always there" },
  ];
  expect(wrongAt(t, errors, "/config/deck")).toContain("only once");
  expect(wrongAt(t, errors, "/config")).toBeUndefined();
  expect(placeOf(t, "/config/deck/3")).toBe("Cards");
});

describe("what two people change", () => {
  const base = { name: "a", most: 1, late: true };
  test("in two places is put together", () => {
    expect(merged(base, { ...base, name: "b" }, { ...base, most: 2 })).toEqual({
      merged: { name: "b", most: 2, late: true },
      both: [],
    });
  });

  test("in the same place is mine, and said to be both's", () => {
    expect(merged(base, { ...base, name: "b" }, { ...base, name: "c" })).toEqual({
      merged: { ...base, name: "b" },
      both: ["name"],
    });
    expect(merged(base, { ...base, name: "b" }, { ...base, name: "b" }).both).toEqual([]);
  });

  test("is named as deep as it can be", () => {
    const quiz = { title: "t", config: { questions: [{ prompt: "p" }, { prompt: "q" }] } };
    const other = { title: "t", config: { questions: [{ prompt: "p" }, { prompt: "r" }] } };
    expect(changed(quiz, other)).toEqual(["/config/questions/1/prompt"]);
    expect(changed(quiz, { ...quiz, config: { questions: [] } })).toEqual(["/config/questions"]);
    expect(changed(quiz, quiz)).toEqual([]);
  });
});

test("what was sent is recognized, also with what the server has filled in", () => {
  const sent = { title: "t", config: { options: [{ label: "a" }], duration_s: null, note: "" } };
  const found = { title: "t", config: { options: [{ id: "a", label: "a" }], results: "always" } };
  expect(fits(sent, found)).toBe(true);
  expect(fits(sent, { ...found, title: "u" })).toBe(false);
  expect(fits(sent, { ...found, config: { options: [] } })).toBe(false);
});

describe("a list of thousands", () => {
  test("draws what is seen and a little more", () => {
    expect(windowOf(0, 500, 50, 5000)).toEqual({ first: 0, last: 10 + OVERSCAN });
    const middle = windowOf(5_000, 500, 50, 5000);
    expect(middle).toEqual({ first: 100 - OVERSCAN, last: 110 + OVERSCAN });
    expect(windowOf(249_500, 500, 50, 5000).last).toBe(5000);
    expect(windowOf(9_000, 500, 50, 3)).toEqual({ first: 2, last: 3 });
    expect(windowOf(0, 500, 50, 0)).toEqual({ first: 0, last: 0 });
  });

  test("keeps the row that has the focus", () => {
    const window = { first: 10, last: 12 };
    expect(drawn(window, 3, 20)).toEqual([3, 10, 11]);
    expect(drawn(window, 15, 20)).toEqual([10, 11, 15]);
    expect(drawn(window, 11, 20)).toEqual([10, 11]);
    expect(drawn(window, 30, 20)).toEqual([10, 11]);
  });
});

describe("people", () => {
  /** A server of so many, in pages of two. */
  function server(names: string[]) {
    const asked: (string | null)[] = [];
    const load = async (cursor: string | null) => {
      asked.push(cursor);
      const from = cursor === null ? 0 : names.findIndex((name) => name > cursor);
      const shown = from === -1 ? [] : names.slice(from, from + 2);
      const items = shown.map(
        (nickname) => ({ participant_id: nickname, nickname }) as ParticipantResource,
      );
      const last = shown[shown.length - 1];
      const next_cursor = last && last !== names[names.length - 1] ? last : null;
      const data: Page = { items, next_cursor };
      return { ok: true as const, data, response: new Response() };
    };
    return { asked, load };
  }
  const until = async (isSo: () => boolean) => {
    for (let turn = 0; turn < 50 && !isSo(); turn += 1) await Promise.resolve();
    expect(isSo()).toBe(true);
  };
  const names = (people: ReturnType<typeof createPeople>) =>
    people.get().items.map(({ nickname }) => nickname);

  test("are loaded only as far as somebody looks", async () => {
    const { asked, load } = server(["a", "b", "c", "d", "e"]);
    const people = createPeople(load);
    people.need(1);
    await until(() => names(people).length === 2);
    expect([asked, people.get().isWhole]).toEqual([[null], false]);
    people.need(4);
    await until(() => people.get().isWhole);
    expect(names(people)).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("who have gone do not come back, and nobody is there twice", async () => {
    const all = ["a", "b", "c", "d"];
    const { load } = server(all);
    const people = createPeople(load);
    people.need(3);
    await until(() => people.get().isWhole);
    people.removed("a");
    expect(names(people)).toEqual(["b", "c", "d"]);
    all.splice(0, 1);
    await people.refresh(0, 1);
    expect(names(people)).toEqual(["b", "c", "d"]);
  });

  test("who come later are seen after a refresh", async () => {
    const all = ["a"];
    const { load } = server(all);
    const people = createPeople(load);
    people.need(5);
    await until(() => people.get().isWhole);
    all.push("b");
    await people.refresh(0, 0);
    expect(names(people)).toEqual(["a", "b"]);
    people.edited({ ...people.get().items[1]!, nickname: "B", spectator: true });
    expect(names(people)).toEqual(["a", "B"]);
    expect(people.get().items[1]!.spectator).toBe(true);
  });
});

describe("the controls", () => {
  const words = { untitled: "?", option: (letter: string) => letter, yes: "yes", no: "no" };

  test("of a quiz follow its phase, and its last question can be finished", () => {
    const quiz = madeUp(fresh("q", "quiz").written, 0, words) as FrameQuiz;
    const at = (phase: FrameQuiz["phase"]) => actionsOf({ ...quiz, phase })[0];
    expect([at("waiting"), at("open"), at("closed"), at("revealed"), at("finished")]).toEqual([
      "next",
      "reveal",
      "reveal",
      "leaderboard",
      undefined,
    ]);
    expect(actionsOf({ ...quiz, phase: "revealed" })).toContain("next");
  });

  test("of poker offer the next story only where there is one", () => {
    const poker = madeUp(fresh("p", "poker").written, 0, words) as FramePoker;
    expect(actionsOf(poker)).toEqual(["reveal"]);
    const current = { ...poker.current!, index: 0, of: 2 };
    expect(actionsOf({ ...poker, phase: "revealed", current })).toEqual(["next", "revote"]);
  });

  test("of a quiz do not offer the leaderboard that is shown", () => {
    const quiz = madeUp(fresh("q", "quiz").written, 0, words) as FrameQuiz;
    expect(actionsOf({ ...quiz, phase: "revealed" }, true)).toEqual(["next", "redo"]);
  });

  test("of poker settle on a proposal, and vote again where it would be doubtful", () => {
    const poker = madeUp(fresh("p", "poker").written, 0, words) as FramePoker;
    const story = { id: "s", title: "Kettle", link: null };
    const stories: StoryInFrame[] = [{ id: "s", title: "Kettle", rounds: 1 }];
    const current = { ...poker.current!, story, index: 0, of: 1 };
    const activity: FramePoker = { ...poker, phase: "revealed", current };
    const first = (results: Partial<PokerRevealedResults>) =>
      firstOf(activity, actionsOf(activity), stories, {
        bimodal: false,
        estimate: null,
        proposal: "5",
        ...results,
      } as PokerRevealedResults);
    expect(first({})).toBeUndefined();
    expect(first({ bimodal: true })).toBe("revote");
    expect(first({ proposal: null })).toBe("revote");
  });

  test("lead to the next activity once all is shown", () => {
    const poll = madeUp(fresh("p", "poll").written, 0, words);
    const quiz = madeUp(fresh("q", "quiz").written, 0, words) as FrameQuiz;
    expect([isDone(poll), isDone({ ...poll, revealed: true })]).toEqual([false, true]);
    expect([
      isDone({ ...quiz, phase: "revealed" }),
      isDone({ ...quiz, phase: "finished" }),
    ]).toEqual([false, true]);
    const entry = (id: string, status: FrameActivityEntry["status"]) =>
      ({ id, status }) as FrameActivityEntry;
    const entries = [entry("a", "published"), entry("b", "active"), entry("c", "draft")];
    expect(nextOf(entries, "b")?.id).toBe("c");
    expect(nextOf(entries, undefined)?.id).toBe("a");
    // What was skipped comes at the end.
    expect(nextOf([entry("a", "draft"), entry("b", "active")], "b")?.id).toBe("a");
    expect(nextOf([entry("b", "active")], "b")).toBeUndefined();
  });

  test("of what is over reveal and hide its results, and nothing else", () => {
    const poll = madeUp(fresh("p", "poll").written, 0, words);
    expect(actionsOf({ ...poll, status: "expired" })).toEqual(["reveal"]);
  });
});

test("a pointer leads to its field, or to what holds it", () => {
  expect(pathsOf("/config/deck/3")).toEqual(["/config/deck/3", "/config/deck", "/config"]);
});

test("the preview fills in what is not written yet", () => {
  const words = { untitled: "Untitled", option: (l: string) => `Option ${l}`, yes: "y", no: "n" };
  const poll = madeUp(fresh("p", "poll").written, 0, words);
  expect(poll.title).toBe("Untitled");
  expect(poll.type === "poll" && poll.config.options.map(({ label }) => label)).toEqual([
    "Option A",
    "Option B",
  ]);
});

test("a line over time goes from edge to edge and from the ground to the top", () => {
  const points = [
    { at: "2026-11-23T13:00:00.000Z", online: 0, answers: 0 },
    { at: "2026-11-23T13:01:00.000Z", online: 5, answers: 0 },
    { at: "2026-11-23T13:04:00.000Z", online: 10, answers: 0 },
  ];
  const { line, most } = seriesOf(points, ({ online }) => online);
  expect(line).toBe(`0,${HEIGHT} ${WIDTH / 4},${HEIGHT / 2} ${WIDTH},0`);
  expect(most).toBe(10);
  expect(seriesOf([], () => 0).line).toBe("");
});
