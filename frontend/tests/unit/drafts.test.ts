import { beforeEach, describe, expect, test } from "vitest";

import { cardsIn, cardsOf, cleanedPoker } from "../../src/activities/poker/decks";
import { cleanedPoll, withKind } from "../../src/activities/poll/draft";
import { freshOption, marked, withOptions } from "../../src/activities/quiz/draft";
import { wordsIn } from "../../src/activities/wordcloud/draft";
import type { PollActivity } from "../../src/api/schema";
import { moved, without } from "../../src/components/order";
import {
  bodyOf,
  compared,
  draftOf,
  dropDrafts,
  fresh,
  hasUnsaved,
  isDirty,
  isSame,
  keepMine,
  putDraft,
  rewritten,
  valueAt,
} from "../../src/pages/admin/drafts";

const poll: PollActivity = {
  id: "p",
  session_id: "s",
  type: "poll",
  title: "Where?",
  config: {
    kind: "choice",
    question: "Where?",
    options: [
      { id: "a", label: "Sea" },
      { id: "b", label: "Hill" },
    ],
    max_choices: 1,
    scale: null,
    max_length: 280,
    results: "always",
    allow_change: true,
    anonymous: true,
    duration_s: null,
  },
  order: 0,
  status: "draft",
  round: 1,
  created_at: "2026-11-23T13:47:02.187Z",
  published_at: null,
  activated_at: null,
  expired_at: null,
};

describe("a draft", () => {
  beforeEach(() => dropDrafts("s"));

  test("is dirty only while it says something else than the server", () => {
    const draft = draftOf(poll);
    expect(isDirty(draft)).toBe(false);
    const other = rewritten(draft, { ...draft.written, title: "Whither?" });
    expect(isDirty(other)).toBe(true);
    expect(isDirty(rewritten(other, { ...other.written, title: "Where?" }))).toBe(false);
    expect(isDirty(fresh("new-1", "quiz"))).toBe(true);
  });

  test("counts as unsaved until it is dropped", () => {
    putDraft("s", draftOf(poll));
    expect(hasUnsaved()).toBe(false);
    putDraft("s", fresh("new-1", "poll"));
    expect(hasUnsaved()).toBe(true);
    dropDrafts("s");
    expect(hasUnsaved()).toBe(false);
  });

  test("forgets what was wrong only where something else is written", () => {
    const errors = [
      { pointer: "/title", detail: "must have 1 to 300 characters" },
      { pointer: "/config/options/0/label", detail: "must have 1 to 200 characters" },
    ];
    const draft = { ...draftOf(poll), errors };
    const next = rewritten(draft, { ...draft.written, title: "Other" });
    expect(next.errors.map(({ pointer }) => pointer)).toEqual(["/config/options/0/label"]);
  });

  test("is in conflict only where this activity was changed", () => {
    const draft = rewritten(draftOf(poll), { ...draftOf(poll).written, title: "Mine" });
    expect(compared(draft, { ...poll, status: "published" }).theirs).toBeNull();
    expect(compared(draft, undefined).theirs).toBe("deleted");
    const conflict = compared(draft, { ...poll, title: "Theirs" });
    expect(conflict.theirs).toMatchObject({ title: "Theirs" });
    const mine = keepMine(conflict);
    expect([mine.written.title, mine.base?.title, mine.theirs]).toEqual(["Mine", "Theirs", null]);
  });

  test("that was deleted meanwhile is kept as a new one", () => {
    const kept = keepMine(compared(draftOf(poll), undefined));
    expect([kept.isNew, isDirty(kept)]).toEqual([true, true]);
  });

  test("goes to the server without space around its title", () => {
    const draft = fresh("new-1", "wordcloud");
    expect(bodyOf({ ...draft.written, title: "  In a word? " }).title).toBe("In a word?");
  });
});

test("a pointer leads to its value, with its escapes", () => {
  const value = { config: { options: [{ label: "a" }], "a/b": { "c~d": 1 } } };
  expect(valueAt(value, "/config/options/0/label")).toBe("a");
  expect(valueAt(value, "/config/a~1b/c~0d")).toBe(1);
  expect(valueAt(value, "/config/none/0")).toBeUndefined();
});

test("sameness does not hang on the order of keys, but on that of lists", () => {
  expect(isSame({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1, c: undefined })).toBe(true);
  expect(isSame([1, 2], [2, 1])).toBe(false);
});

test("what moves takes the place it is given, and outside the list nothing moves", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  expect(without(["a", "b", "c"], 1)).toEqual(["a", "c"]);
});

test("another kind of poll remembers the options and the server is not told of them", () => {
  const choice = draftOf(poll).written.config as Parameters<typeof withKind>[0];
  const rating = withKind(choice, "rating");
  expect(cleanedPoll(rating)).not.toHaveProperty("options");
  expect(cleanedPoll(rating).scale).toEqual({ min: 1, max: 5 });
  expect(withKind(rating, "choice").options).toEqual(choice.options);
  expect(cleanedPoll(withKind(rating, "choice"))).not.toHaveProperty("scale");
});

test("a quiz's key names only options that are there, in their order", () => {
  const options = [
    { id: "a", label: "A" },
    { id: "b", label: "B" },
  ];
  const question = { kind: "choice" as const, prompt: "?", options, correct: ["b"] };
  expect(marked(question, "a", true)).toEqual(["a", "b"]);
  expect(marked(question, "b", false)).toEqual([]);
  expect(withOptions(question, [options[0]!]).correct).toEqual([]);
  expect(freshOption(options).id).toBe("c");
  expect(freshOption([{ id: "b", label: "" }]).id).toBe("a");
});

test("lists are typed as text", () => {
  expect(wordsIn("one, two\n\n three ,")).toEqual(["one", "two", "three"]);
  expect(cardsIn(" 1, 2  3,")).toEqual(["1", "2", "3"]);
  expect(cardsOf(["A", "?"])).toEqual(["A", "?", "☕"]);
  expect(cleanedPoker({ stories: [{ title: " " }, { title: "x" }] }).stories).toEqual([
    { title: "x" },
  ]);
});
