// What a participant's page looks like during each kind of activity: to be answered, answered,
// changed, withdrawn, refused, locked, watched, revealed, over. The tables are of the contract's own
// types, so that a new kind does not compile before it is here; the last test tells of texts that no
// state has shown.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { FrameQuiz, PollKind, QuestionKind } from "../../src/api/schema.ts";
import { en as activities } from "../../src/i18n/participant/activities/en.ts";
import { openBrowser } from "./support/browser.ts";
import { isFine, unsaid } from "./support/looks.ts";
import { ANSWERS, refuse, swallow } from "./support/refusing.ts";
import { choice, poker, quiz, ranking, rating, text, wordcloud } from "./support/samples.ts";
import { type Server, startServer } from "./support/server.ts";
import { createSession, joinAs, type Session } from "./support/session.ts";

type Watched = Page & { wrongs: string[] };
type Config = Parameters<typeof quiz>[0] & object;
type Question = NonNullable<Config["questions"]>[number];

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const isIn = (page: Page) => page.getByText("Your answer is in").waitFor();
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const close = (...pages: Page[]) => Promise.all(pages.map((page) => page.context().close()));

/** Watching from now on, or taking part again. */
async function watch(page: Page, isWatching: boolean): Promise<void> {
  await page.getByRole("button", { name: /^You: / }).click();
  await page.getByLabel("I only watch").setChecked(isWatching);
  await page.getByText("Saved").waitFor();
  await press(page, "Close");
}

/** What a person does with each kind of poll, and what shows that it is revealed. */
type Way = {
  poll: Parameters<typeof createSession>[1][number];
  /** Before anything is sent, and what it is called. */
  tries?: [state: string, act: (page: Page) => Promise<void>][];
  answer: (page: Page) => Promise<void>;
  change: (page: Page) => Promise<void>;
  withdraw?: (page: Page) => Promise<void>;
  revealed: (page: Page) => Promise<void>;
};

const POLLS: Record<PollKind | "several", Way> = {
  choice: {
    poll: choice(),
    answer: (page) => press(page, "By the sea"),
    change: (page) => press(page, "In the mountains"),
    revealed: (page) => page.getByText("1 answer").waitFor(),
  },
  several: {
    poll: choice({ max_choices: 2 }),
    answer: (page) => press(page, "By the sea"),
    change: (page) => press(page, "A city none of us knows"),
    async withdraw(page) {
      await press(page, "By the sea");
      await press(page, "A city none of us knows");
    },
    revealed: (page) => page.getByText("No answers yet").or(page.getByText("0 answers")).waitFor(),
  },
  rating: {
    poll: rating(),
    answer: (page) => press(page, "8"),
    change: (page) => press(page, "3"),
    revealed: (page) => page.getByText("Mean 3").waitFor(),
  },
  ranking: {
    poll: ranking(),
    tries: [
      ["begun", (page) => press(page, "Place In the mountains at 1")],
      ["taken-out", (page) => press(page, "In the mountains: take out")],
    ],
    async answer(page) {
      await press(page, "Place In the mountains at 1");
      await press(page, "Place By the sea at 2");
      await press(page, "Send");
    },
    async change(page) {
      await press(page, "By the sea: up");
      await press(page, "Send the change");
    },
    revealed: (page) => page.getByRole("list", { name: "Results" }).waitFor(),
  },
  text: {
    poll: text(),
    tries: [["too-long", (page) => page.getByLabel("Your answer").fill("long ".repeat(400))]],
    async answer(page) {
      await page.getByLabel("Your answer").fill("The new office, and more time for it");
      await press(page, "Send");
    },
    async change(page) {
      await page.getByLabel("Your answer").fill("The old office");
      await press(page, "Send the change");
    },
    revealed: (page) => page.getByRole("listitem").getByText("The old office").waitFor(),
  },
};

test.each(Object.entries(POLLS))("a poll: %s", async (kind, way) => {
  const session = await createSession(server, [way.poll]);
  const poll = session.activities[0]!;
  const page = await joinAs(browser, server, session, "Marisol");
  const looks = (state: string) => isFine(page, `poll-${kind}-${state}`);
  await session.step(poll, "activate");
  await page.locator(".poll").waitFor();
  await looks("open");
  for (const [state, act] of way.tries ?? []) {
    await act(page);
    await looks(state);
  }
  await swallow(page, ANSWERS);
  await way.answer(page);
  await page.getByText("Sending …").waitFor();
  await looks("sending");
  await page.unroute(ANSWERS);
  await page.context().setOffline(true);
  await page.getByText("No connection.").waitFor();
  await page.context().setOffline(false);
  await isIn(page);
  await looks("answered");
  await way.change(page);
  await isIn(page);
  await looks("changed");
  if (way.withdraw !== undefined) {
    await way.withdraw(page);
    await expect.poll(() => page.getByText("Your answer is in").count()).toBe(0);
    await looks("withdrawn");
  }
  await session.control(poll, { action: "lock" });
  await page.getByText("Answers are paused").waitFor();
  await looks("locked");
  await session.control(poll, { action: "unlock" });
  await session.control(poll, { action: "reveal" });
  await way.revealed(page);
  await looks("revealed");
  await watch(page, true);
  await page.getByText("You are only watching").waitFor();
  await looks("watching");
  await session.step(poll, "expire");
  await page.getByText("You are only watching").waitFor();
  await looks("over");
  await close(page);
});

test("an answer that is final", async () => {
  const session = await createSession(server, [
    choice({ allow_change: false, results: "after_answer" }),
    text({ results: "always" }),
  ]);
  const [poll, words] = session.activities as [string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(poll, "activate");
  await page.getByText("Once sent, it is final").waitFor();
  await isFine(page, "final-open");
  await press(page, "By the sea");
  await isFine(page, "final-chosen");
  await press(page, "Send");
  await page.getByText("This is final").waitFor();
  await isFine(page, "final-answered");
  await session.step(poll, "expire");
  await page.getByText("Closed").waitFor();
  await isFine(page, "final-over");
  await session.step(words, "activate");
  await page.getByText("0 answers").waitFor();
  await isFine(page, "text-none-yet");
  await close(page);
});

/** Why the server does not take an answer, in its own words, and in the page's. */
const REFUSALS: Record<string, { reason?: string; code?: string; says: string }> = {
  stale: { code: "stale_round", says: "The question has moved on; this came too late" },
  early: { reason: "early", says: "It was not open yet; try again" },
  late: { reason: "late", says: "This came too late" },
  locked: { reason: "locked", says: "Not taken: answers are paused" },
  spectator: { reason: "spectator", says: "Not taken: you are only watching" },
  change: { code: "change_not_allowed", says: "Not taken: an answer is final here" },
  text: { code: "text_rejected", says: "These words are not allowed here" },
  invalid: { code: "validation", says: "It can't be taken like this: leave out unusual signs" },
  other: { code: "forbidden", says: "Not accepted; try again" },
};

test("an answer that is refused, or that a busy server has no time for", async () => {
  const session = await createSession(server, [choice()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(session.activities[0]!, "activate");
  await page.getByRole("button", { name: "By the sea" }).waitFor();
  for (const [why, { code = "not_accepting", reason, says }] of Object.entries(REFUSALS)) {
    const more = reason === undefined ? {} : { reason };
    await refuse(page, ANSWERS, { status: 409, code, ...more });
    await press(page, "By the sea");
    await page.getByText(says, { exact: true }).waitFor();
    await isFine(page, `refused-${why}`);
    await page.unroute(ANSWERS);
  }
  await refuse(page, ANSWERS, { status: 429, code: "rate_limited" }, { retryAfterS: 60 });
  await press(page, "By the sea");
  await page.getByText("A lot is going on here").waitFor();
  await isFine(page, "busy");
  await page.unroute(ANSWERS);
  await page.context().setOffline(true);
  await press(page, "In the mountains");
  await page.getByText("Waiting for connection").waitFor();
  await isFine(page, "offline");
  await close(page);
});

test("planning poker", async () => {
  const session = await createSession(server, [poker({ deck: "t_shirt" }), poker()]);
  const [shirts, sprint] = session.activities as [string, string];
  const people = await Promise.all(
    ["Marisol", "Bruno", "Carla", "Darío"].map((name) => joinAs(browser, server, session, name)),
  );
  const [page] = people as [Watched, ...Watched[]];
  const round = async (activity: string, cards: readonly string[], says: string, state: string) => {
    await page.getByRole("group", { name: "Your cards" }).waitFor();
    for (const [at, card] of cards.entries()) {
      await people[at]!.getByRole("button", { name: card }).first().click();
      await isIn(people[at]!);
    }
    await session.control(activity, { action: "reveal" });
    await page.getByRole("main").getByText(says).waitFor();
    await isFine(page, `poker-${state}`);
  };
  await session.step(shirts, "activate");
  await page.getByRole("group", { name: "Your cards" }).waitFor();
  await isFine(page, "poker-open-shirts");
  await round(shirts, ["XXS", "XXL", "XXL"], "XXL is the most frequent estimate.", "most-shirts");

  await session.step(sprint, "activate");
  await page.getByRole("heading", { name: "Export the report as a spreadsheet" }).waitFor();
  await isFine(page, "poker-open");
  await press(page, "5");
  await isIn(page);
  await isFine(page, "poker-played");
  await round(sprint, ["2", "2", "21", "21"], "Two camps", "apart");
  await session.control(sprint, { action: "revote" });
  await page.getByRole("group", { name: "Your cards" }).waitFor();
  await isFine(page, "poker-again");
  await round(sprint, ["3", "5", "8"], "The middle is 5.", "median");
  await session.control(sprint, { action: "revote" });
  await round(sprint, ["?", "☕", "?"], "Nobody played a number.", "nothing");
  await session.control(sprint, { action: "revote" });
  await round(sprint, ["5", "5", "5"], "You all say 5.", "agreed");
  await page.getByText("3 earlier rounds").click();
  await isFine(page, "poker-rounds");
  await session.control(sprint, { action: "accept", estimate: "5" });
  await page.getByText("Settled on 5.").first().waitFor();
  await isFine(page, "poker-settled");
  await watch(page, true);
  await session.control(sprint, { action: "next" });
  await page.getByRole("heading", { name: "Sign in with the company's account" }).waitFor();
  await isFine(page, "poker-watching");
  await session.step(sprint, "expire");
  await people[1]!.getByText("Closed").waitFor();
  await isFine(people[1]!, "poker-over");
  await close(...people);
});

const LONG = { time_limit_s: 120, explanation: "We counted twice." };

/** Each kind of question, with a right answer to it and a wrong one. */
const QUESTIONS: Record<
  QuestionKind | "several",
  { question: Question; right: (page: Page) => Promise<void>; wrong: (page: Page) => Promise<void> }
> = {
  choice: {
    question: {
      ...LONG,
      kind: "choice",
      prompt: "Which city hosts the all hands?",
      options: [
        { id: "a", label: "Lisbon" },
        { id: "b", label: "Porto" },
        { id: "c", label: "Seville" },
      ],
      correct: ["b"],
    },
    right: (page) => press(page, "Porto"),
    wrong: (page) => press(page, "Lisbon"),
  },
  several: {
    question: {
      ...LONG,
      kind: "choice",
      prompt: "What grows in our garden?",
      options: [
        { id: "a", label: "Oranges" },
        { id: "b", label: "Lemons" },
        { id: "c", label: "Bananas" },
      ],
      correct: ["a", "b"],
    },
    async right(page) {
      await press(page, "Oranges");
      await press(page, "Lemons");
      await press(page, "Send");
    },
    async wrong(page) {
      await press(page, "Oranges");
      await press(page, "Send");
    },
  },
  true_false: {
    question: {
      ...LONG,
      kind: "true_false",
      prompt: "We have more cats than people.",
      correct: ["true"],
    },
    right: (page) => press(page, "True"),
    wrong: (page) => press(page, "False"),
  },
  numeric: {
    question: {
      ...LONG,
      kind: "numeric",
      prompt: "How many coffees did we drink in October?",
      correct: { value: 4210.5, tolerance: 100 },
    },
    async right(page) {
      await page.getByLabel("Your number").fill("4 250,5");
      await press(page, "Send");
    },
    async wrong(page) {
      await page.getByLabel("Your number").fill("7");
      await press(page, "Send");
    },
  },
  buzzer: {
    question: { ...LONG, kind: "buzzer", prompt: "Who sings this?" },
    right: (page) => press(page, "Buzz!"),
    wrong: (page) => press(page, "Buzz!"),
  },
};

test.each(Object.entries(QUESTIONS))("a question of a quiz: %s", async (kind, way) => {
  const session = await createSession(server, [quiz({ questions: [way.question] })]);
  const game = session.activities[0]!;
  const people = await Promise.all(
    ["Marisol", "Bruno", "Carla"].map((name) => joinAs(browser, server, session, name)),
  );
  const [right, wrong, still] = people as [Watched, Watched, Watched];
  await session.step(game, "activate");
  await still.getByText("The quiz is about to begin.").waitFor();
  await watch(still, true);
  await session.control(game, { action: "next" });
  await right.locator(".choices, .numeric, .buzzing").waitFor();
  await isFine(right, `quiz-${kind}-open`);
  await way.right(right);
  await isIn(right);
  await isFine(right, `quiz-${kind}-answered`);
  await way.wrong(wrong);
  await isIn(wrong);
  await still.locator(".choices, .numeric, .buzzing").waitFor();
  await isFine(still, `quiz-${kind}-watching`);
  if (kind === "buzzer") {
    await right.getByText("You were number 1").waitFor();
    const participant_id = await session.participant("Marisol");
    await session.control(game, { action: "judge", participant_id, correct: true });
  }
  await session.control(game, { action: "reveal" });
  await right.getByText(/^\+[\d,]+ points/).waitFor();
  await isFine(right, `quiz-${kind}-right`);
  await wrong.getByText("Not this time").waitFor();
  await isFine(wrong, `quiz-${kind}-wrong`);
  await still.getByText("Here is the answer").waitFor();
  await isFine(still, `quiz-${kind}-watched`);
  await close(...people);
});

test("a quiz from its lead-in to its end", async () => {
  const { choice: city, true_false: cats, numeric: coffees } = QUESTIONS;
  const session = await createSession(server, [
    quiz({
      questions: [
        city.question,
        { ...cats.question, time_limit_s: 5 },
        coffees.question,
        cats.question,
      ],
      countdown_s: 10,
      streak_bonus: true,
    }),
  ]);
  const game = session.activities[0]!;
  const people = await Promise.all(
    ["Marisol", "Bruno"].map((name) => joinAs(browser, server, session, name)),
  );
  const [page, other] = people as [Watched, Watched];
  // A phase that nobody looks at does not compile.
  const looks: Record<FrameQuiz["phase"], () => Promise<void>> = {
    async waiting() {
      await page.getByText("The quiz is about to begin.").waitFor();
      await isFine(page, "quiz-waiting");
    },
    async countdown() {
      await session.control(game, { action: "next" });
      await page.locator(".lead-in").waitFor();
      await isFine(page, "quiz-lead-in");
    },
    async open() {
      await city.right(page);
      await isIn(page);
      await city.wrong(other);
      await isIn(other);
      await session.control(game, { action: "reveal" });
      await page.getByText("Place 1", { exact: true }).waitFor();
      await session.control(game, { action: "next" });
      await page.getByRole("button", { name: "True" }).waitFor();
    },
    async closed() {
      await page.getByText("Time is up").first().waitFor();
      await isFine(page, "quiz-time-up");
      await session.control(game, { action: "reveal" });
      await page.getByText("No answer from you").waitFor();
      await isFine(page, "quiz-missed");
      await session.control(game, { action: "next" });
      await page.getByLabel("Your number").fill("many");
      await press(page, "Send");
      await page.getByText("Write a number, like 12 or 3.5").waitFor();
      await isFine(page, "quiz-no-number");
      await page.getByLabel("Your number").fill("12,000");
      await page.getByText("Read as 12000").waitFor();
      await isFine(page, "quiz-number-read");
    },
    async revealed() {
      await coffees.right(other);
      await isIn(other);
      await session.control(game, { action: "reveal" });
      await other.getByText("Right!").waitFor();
      await session.control(game, { action: "next" });
      await cats.right(other);
      await isIn(other);
      await session.control(game, { action: "reveal" });
      await other.getByText("2 in a row").waitFor();
      await other.getByText("up 1").waitFor({ state: "attached" });
      await isFine(other, "quiz-climbed");
      await page.getByText("down 1").waitFor({ state: "attached" });
      await isFine(page, "quiz-fell");
    },
    async finished() {
      await session.control(game, { action: "leaderboard" });
      await page.getByRole("list", { name: "Leaderboard" }).waitFor();
      await isFine(page, "quiz-leaderboard");
      await session.control(game, { action: "next" });
      await page.getByRole("main").getByText("The quiz is over").waitFor();
      await isFine(page, "quiz-finished");
    },
  };
  await session.step(game, "activate");
  for (const look of Object.values(looks)) await look();
  await close(...people);
});

test("a word cloud", async () => {
  const session = await createSession(server, [
    wordcloud({ results: "after_answer" }),
    wordcloud({ results: "always", allow_phrases: true }),
  ]);
  const [cloud, phrases] = session.activities as [string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  const add = async (typed: string) => {
    await page.getByLabel("A word").fill(typed);
    await press(page, "Add");
  };
  await session.step(cloud, "activate");
  await page.getByLabel("A word").waitFor();
  await isFine(page, "wordcloud-open");
  await add("brave calm");
  await isIn(page);
  await page.getByRole("list", { name: "What people say" }).waitFor();
  await isFine(page, "wordcloud-answered");
  await add("Brave");
  await page.getByText("You have that one already").waitFor();
  await isFine(page, "wordcloud-repeated");
  await add("x".repeat(26));
  await page.getByText("At most 25 characters each").waitFor();
  await isFine(page, "wordcloud-too-long");
  await add("one two");
  await page.getByText("Only 1 more fits").waitFor();
  await isFine(page, "wordcloud-too-many");
  await add("long");
  await page.getByText("That is all you have.").waitFor();
  await isIn(page);
  await isFine(page, "wordcloud-full");
  await press(page, "Take back calm");
  await page.getByText("You have 1 word left").waitFor();
  await isIn(page);
  await isFine(page, "wordcloud-changed");
  await press(page, "Take back brave");
  await press(page, "Take back long");
  await page.getByText("You have 3 words left").waitFor();
  await expect.poll(() => page.getByText("Your answer is in").count()).toBe(0);
  await isFine(page, "wordcloud-withdrawn");
  await session.control(cloud, { action: "lock" });
  await page.getByText("Answers are paused").waitFor();
  await isFine(page, "wordcloud-locked");
  await session.step(cloud, "expire");
  await page.getByText("Closed").waitFor();
  await isFine(page, "wordcloud-over");
  await session.step(phrases, "activate");
  await page.getByLabel("A word or a phrase").waitFor();
  await isFine(page, "wordcloud-phrases");
  await watch(page, true);
  await page.getByText("You are only watching").waitFor();
  await isFine(page, "wordcloud-watching");
  await close(page);
});

test("a name that the others may not see", async () => {
  const session: Session = await createSession(server, [quiz()], {
    settings: { show_names: false },
  });
  const game = session.activities[0]!;
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await press(page, "Porto");
  await isIn(page);
  await session.control(game, { action: "reveal" });
  await page.getByRole("list", { name: "Leaderboard" }).waitFor();
  await isFine(page, "quiz-nameless");
  await session.control(game, { action: "leaderboard" });
  await close(page);
});

test("every text was seen in some state", () => {
  expect(unsaid(activities)).toEqual([]);
});
