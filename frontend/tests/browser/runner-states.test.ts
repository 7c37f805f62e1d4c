// Each state of the big screen, in light and dark: no finding of axe, nothing over the edge, nothing too
// small to be read from the last row, and a picture where they are wanted. A state whose words nobody
// has met is missing here: the last test says which.

import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import { en } from "../../src/i18n/runner/en.ts";
import { openBrowser, openPage, PROJECTOR } from "./support/browser.ts";
import { createEvent, data, type Event, type Person } from "./support/event.ts";
import { type Server, startServer } from "./support/server.ts";
import { createWalk, type Screen, type Walk } from "./support/walk.ts";

const NAMES = ["Ana", "Bruno", "Chidi", "Dana", "Emil", "Fay", "Goran"];
const CROWD = [
  ...NAMES,
  "Marisol García-Hernández",
  "محمد",
  "山田太郎",
  "Ольга",
  "Zoë",
  "J",
  "Kai",
  "Lou",
];

const CHOICE = {
  type: "poll",
  title: "Where should the next offsite be?",
  config: {
    kind: "choice",
    question: "Where should the next offsite be?",
    options: [
      { label: "By the sea" },
      { label: "In the mountains" },
      { label: "A city none of us knows" },
      { label: "Right here, with better coffee" },
    ],
  },
};
const MANY = {
  type: "poll",
  title: "Which of these would you drop?",
  config: {
    kind: "choice",
    max_choices: 3,
    question: "Which of these would you drop?",
    options: Array.from({ length: 20 }, (_, at) => ({
      label: `Meeting number ${at + 1} of the week`,
    })),
  },
};
const RATING = {
  type: "poll",
  title: "How was this all hands?",
  config: {
    kind: "rating",
    question: "How was this all hands?",
    scale: { min: 1, max: 10, min_label: "Long", max_label: "Great" },
  },
};
const RANKING = {
  type: "poll",
  title: "What matters most next year?",
  config: {
    kind: "ranking",
    question: "What matters most next year?",
    options: [
      { label: "Customers" },
      { label: "Quality" },
      { label: "Growth" },
      { label: "Rest" },
      { label: "A very long option that goes on about strategy, alignment and the way we work" },
    ],
  },
};
const TEXT = {
  type: "poll",
  title: "What should we stop doing?",
  config: { kind: "text", question: "What should we stop doing?" },
};
const POKER = {
  type: "poker",
  title: "Sprint 42",
  config: {
    deck: "fibonacci",
    stories: [
      { title: "Export the report as a spreadsheet" },
      { title: "Let people rejoin after a flat battery" },
    ],
  },
};
const FREE_POKER = { type: "poker", title: "Free", config: { stories: [] } };
const QUIZ = {
  type: "quiz",
  title: "How well do you know us?",
  config: {
    countdown_s: 30,
    questions: [
      {
        kind: "choice",
        prompt: "In which year was the company founded?",
        options: [{ label: "2009" }, { label: "2012" }, { label: "2015" }],
        correct: ["b"],
        time_limit_s: 60,
        explanation: "In a garage, of course.",
      },
      {
        kind: "numeric",
        prompt: "How many people work here?",
        correct: { value: 512, tolerance: 25 },
        time_limit_s: 60,
      },
      { kind: "buzzer", prompt: "Who can name all founders?", correct: null, time_limit_s: 60 },
      {
        kind: "choice",
        prompt: "Which of these are prime?",
        options: [{ label: "2" }, { label: "3" }, { label: "4" }],
        correct: ["a", "b"],
        time_limit_s: 1,
      },
    ],
  },
};
const CLOUD = {
  type: "wordcloud",
  title: "This year in one word",
  config: { prompt: "This year in one word", max_words: 10, max_length: 50, allow_phrases: true },
};
const WORDS = [
  ["growth", "focus", "coffee", "people", "change", "remote", "hope", "speed", "trust", "fun"],
  ["growth", "focus", "coffee", "people", "late nights", "learning", "C++", "launch", "calm"],
  ["growth", "focus", "people", "launch", "chaos", "customers", "Überraschung", "🚀"],
  ["growth", "focus", "launch", "resilience", "team", "deadlines", "finally"],
  ["growth", "coffee", "team", "wild ride", "quality", "roadmap", "bugs"],
  ["growth", "people", "team", "community", "wow", "patience"],
  ["growth", "launch", "kindness", "rewrite", "sleep"],
];
const WALL = [
  "Meetings without an agenda",
  "Naming things after planets",
  "Shipping late on Fridays. Somebody always spends the weekend on it, and nobody is glad about that. Let us choose Tuesday.",
  "Reply all",
  "¡Menos reuniones, más siestas!",
  "توقفوا عن الاجتماعات الطويلة",
  "Slides with more than forty words on them",
];

let server: Server;
let browser: Browser;
let walk: Walk;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  walk = createWalk(browser);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const judge = (screens: readonly Screen[], state: string) => walk.judge(screens, state);

const shown = (screens: readonly Screen[], text: string | RegExp, timeout = 30_000) =>
  Promise.all(
    screens.map((screen) =>
      screen.getByText(text).filter({ visible: true }).first().waitFor({ timeout }),
    ),
  );

/** A poll that is held learns last, and a token is believed for a while. */
const HELD_MS = 60_000;

async function close(screens: readonly Screen[]): Promise<void> {
  for (const screen of screens) await screen.context().close();
}

async function press(screens: readonly Screen[], key: string): Promise<void> {
  for (const screen of screens) await screen.keyboard.press(key);
}

/** Opens a dialog in all of them, judges it, and closes it. */
async function dialog(screens: readonly Screen[], key: string, name: string, state: string) {
  await press(screens, key);
  for (const screen of screens) await screen.getByRole("dialog", { name }).waitFor();
  await judge(screens, state);
  await press(screens, "Escape");
}

async function setUp(activities: object[], names = NAMES): Promise<[Event, Screen[], Person[]]> {
  const event = await createEvent(server, activities);
  const screens = await walk.open(event.runnerUrl);
  const people = await event.join(names);
  return [event, screens, people];
}

const path = (event: Event) => ({ path: { id: event.id } });

async function announce(event: Event, text: string): Promise<void> {
  data(
    await ask(
      server.admin.PUT("/api/v1/sessions/{id}/announcement", {
        params: path(event),
        body: { text },
      }),
    ),
  );
}

async function complete(event: Event): Promise<void> {
  data(await ask(server.admin.POST("/api/v1/sessions/{id}/complete", { params: path(event) })));
}

describe("each state of the big screen holds up", () => {
  test("without a way in", async () => {
    const event = await createEvent(server, []);
    const at = async (url: string, title: string, state: string) => {
      const screens = await walk.open(url);
      await shown(screens, title);
      await judge(screens, state);
      await close(screens);
    };
    await at(`${server.url}/run/${event.id}`, en.no_token, "no-key");
    await at(`${server.url}/run/no%20session`, en.no_session, "no-session");
    await at(`${server.url}/run/${event.id}#crt_wrong`, en.revoked, "wrong-key");
    const screens = await walk.open(event.runnerUrl);
    data(await ask(server.admin.DELETE("/api/v1/sessions/{id}", { params: path(event) })));
    // The key goes with the session: which of the two is missed first is the server's matter.
    await shown(screens, new RegExp(`${en.revoked}|${en.gone}`), HELD_MS);
    await judge(screens, "deleted");
    await close(screens);
    const lost = await createEvent(server, []);
    const [lostScreen] = await openRouted(lost.runnerUrl, (route) =>
      route.fulfill({ status: 404, json: { status: 404, code: "not_found" } }),
    );
    await shown([lostScreen], en.gone);
    await judge([lostScreen], "gone");
    await close([lostScreen]);
    // Before the server has answered.
    const [held] = await openRouted(lost.runnerUrl, () => {});
    await shown([held], en.connecting);
    await judge([held], "connecting");
    await close([held]);
  });

  test("the lobby", async () => {
    const draft = await createEvent(server, [CHOICE], { isOpen: false });
    const early = await walk.open(draft.runnerUrl);
    await shown(early, en.not_open);
    await judge(early, "lobby-draft");
    await close(early);

    const event = await createEvent(server, [CHOICE, POKER, QUIZ, CLOUD]);
    await event.lifecycle(event.activities[1]!, "publish");
    const screens = await walk.open(event.runnerUrl);
    await judge(screens, "lobby-empty");
    await event.join(CROWD);
    await shown(screens, "15 are here");
    await judge(screens, "lobby");
    await dialog(screens, "p", "Programme", "programme");
    await dialog(screens, "?", "Keys", "keys");
    await event.lifecycle(event.activities[0]!, "activate");
    await event.lifecycle(event.activities[0]!, "expire");
    await shown(screens, en.closed);
    await dialog(screens, "p", "Programme", "programme-later");
    await close(screens);

    const bare = await createEvent(server, []);
    const empty = await walk.open(bare.runnerUrl);
    await dialog(empty, "p", "Programme", "programme-empty");
    await close(empty);
  });

  test("a connection that is lost, and things that do not work", async () => {
    const [event, screens, people] = await setUp([CHOICE, MANY]);
    const [choice] = event.activities as [string];
    await event.lifecycle(choice, "activate");
    await event.answer(people[0]!, choice, { choices: ["a"] });
    await event.control(choice, { action: "reveal" });
    await shown(screens, "100%");
    for (const screen of screens) await screen.context().setOffline(true);
    await shown(screens, /No connection/);
    await judge(screens, "offline");
    await press(screens, "h");
    await shown(screens, en.not_done);
    await judge(screens, "offline-not-done");
    for (const screen of screens) {
      await screen.context().setOffline(false);
      await screen.locator(".connection p").waitFor({ state: "detached" });
    }
    // A server that refuses, and one that fails.
    let status = 0;
    for (const screen of screens) {
      await screen.route("**/control", (route) =>
        route.fulfill({ status, json: { status, code: "made_up" } }),
      );
    }
    for (const [answer, says, state] of [
      [409, en.not_now, "not-now"],
      [422, en.failed, "failed"],
      [403, en.not_allowed, "not-allowed"],
    ] as const) {
      status = answer;
      await press(screens, "l");
      await shown(screens, says);
      await judge([screens[0]!], state);
    }
    await close(screens);
  });

  test("polls of a choice", async () => {
    const [event, screens, people] = await setUp([CHOICE, MANY, RATING]);
    const [choice, many] = event.activities as [string, string];
    await event.lifecycle(choice, "activate");
    await shown(screens, "By the sea");
    await Promise.all(
      people.map((person, at) => event.answer(person, choice, { choices: ["aababcd"[at]!] })),
    );
    await shown(screens, /of 7 have answered/);
    await judge(screens, "poll-hidden");
    await event.control(choice, { action: "reveal" });
    await shown(screens, "43%");
    await judge(screens, "poll-choice");
    await event.control(choice, { action: "lock" });
    await shown(screens, en.locked);
    await announce(event, "Coffee is ready in the hall: we go on at 11:15.");
    await shown(screens, /Coffee is ready/);
    await judge(screens, "poll-locked-announcement");
    await dialog(screens, "p", "Programme", "programme-running");
    await press([screens[0]!], "p");
    await screens[0]!.getByRole("button", { name: /^Start over: / }).click();
    await screens[0]!.getByRole("dialog", { name: en.reset_title }).waitFor();
    await judge([screens[0]!], "ask-reset");
    await press([screens[0]!], "Escape");
    await event.lifecycle(choice, "expire");
    await shown(screens, en.closed);
    await judge(screens, "poll-closed");

    await event.lifecycle(many, "activate");
    await shown(screens, /Choose up to 3/);
    await judge(screens, "poll-hidden-20");
    for (const [at, person] of people.entries()) {
      const choices = [0, 1, 2].map((step) =>
        String.fromCharCode(97 + ((at * 3 + step * at) % 20)),
      );
      await event.answer(person, many, { choices: [...new Set(choices)] });
    }
    await event.control(many, { action: "reveal" });
    await shown(screens, "29%");
    await judge(screens, "poll-choice-20");
    await close(screens);
  });

  test("going back from what is going on, and on to it again", async () => {
    const [event, screens] = await setUp([CHOICE, MANY]);
    const [choice, many] = event.activities as [string, string];
    await event.lifecycle(choice, "activate");
    await event.lifecycle(many, "activate");
    const title = (screen: Screen, of: typeof CHOICE | typeof MANY) =>
      screen.getByRole("heading", { level: 1, name: of.title }).waitFor();
    for (const screen of screens) await title(screen, MANY);
    await dialog(screens, "ArrowLeft", `Go back to “${CHOICE.title}”?`, "back");
    const [first] = screens as [Screen];
    await title(first, MANY);
    await press([first], "ArrowLeft");
    await first
      .getByRole("button", { name: `Back: ${CHOICE.title}` })
      .last()
      .click();
    for (const screen of screens) await title(screen, CHOICE);
    await judge([first], "back-again");
    await press([first], "ArrowRight");
    await title(first, MANY);
    await close(screens);
  });

  test("polls of other kinds", async () => {
    const [event, screens, people] = await setUp([RATING, RANKING, TEXT]);
    const [rating, ranking, text] = event.activities as [string, string, string];
    await event.lifecycle(rating, "activate");
    await shown(screens, "Great");
    await judge(screens, "poll-rating-hidden");
    await Promise.all(
      people.map((person, at) =>
        event.answer(person, rating, { rating: [8, 9, 7, 8, 10, 3, 8][at]! }),
      ),
    );
    await event.control(rating, { action: "reveal" });
    await shown(screens, "7.6");
    await judge(screens, "poll-rating");

    await event.lifecycle(ranking, "activate");
    await Promise.all(
      people.map((person, at) =>
        event.answer(person, ranking, {
          ranking: [..."bacde"].sort(
            (x, y) => ((x.charCodeAt(0) * (at + 2)) % 7) - ((y.charCodeAt(0) * (at + 2)) % 7),
          ),
        }),
      ),
    );
    await event.control(ranking, { action: "reveal" });
    await shown(screens, "Customers");
    await judge(screens, "poll-ranking");

    await event.lifecycle(text, "activate");
    await event.control(text, { action: "reveal" });
    await shown(screens, en.no_answers);
    await judge(screens, "poll-text-empty");
    for (const [at, person] of people.entries())
      await event.answer(person, text, { text: WALL[at]! });
    await shown(screens, "Reply all");
    await judge(screens, "poll-text");
    await close(screens);
  });

  test("poker", async () => {
    const [event, screens, people] = await setUp([POKER, FREE_POKER]);
    const [poker, free] = event.activities as [string, string];
    const reveal = async (cards: string[]) => {
      for (const [at, card] of cards.entries()) await event.answer(people[at]!, poker, { card });
      await event.control(poker, { action: "reveal" });
    };
    await event.lifecycle(poker, "activate");
    await shown(screens, "Goran");
    await judge(screens, "poker-nobody");
    for (const person of people.slice(0, 4)) await event.answer(person, poker, { card: "5" });
    await shown(screens, /of 7 have voted/);
    await judge(screens, "poker-voting");
    await reveal(["5", "5", "5", "3", "5", "13", "?"]);
    await shown(screens, /Most of you say 5/);
    await judge(screens, "poker-revealed");
    await dialog(screens, "s", en.settle_title, "poker-settle");
    await event.control(poker, { action: "accept", estimate: "5" });
    await shown(screens, "Settled");
    await judge(screens, "poker-settled");
    await event.control(poker, { action: "revote" });
    await shown(screens, /Settled on 5 before/);
    await reveal(["3", "3", "3", "13", "13", "13", "?"]);
    await shown(screens, /Two camps/);
    await judge(screens, "poker-bimodal");
    await event.control(poker, { action: "accept", estimate: "8" });
    await shown(screens, "You settled on 8.");
    await judge(screens, "poker-settled-apart");
    await event.control(poker, { action: "next" });
    await reveal(["1", "2", "3", "8", "13", "21", "34"]);
    await shown(screens, /No clear favourite/);
    await judge(screens, "poker-median");
    await dialog(screens, "p", "Programme", "programme-stories");
    await event.control(poker, { action: "revote" });
    await shown(screens, "Story 2 of 2 · Round 2");
    await reveal(["?", "?", "☕"]);
    await shown(screens, /Nobody gave an estimate/);
    await judge(screens, "poker-no-estimate");
    await event.control(poker, { action: "revote" });
    await shown(screens, "Story 2 of 2 · Round 3");
    await reveal(["5", "5", "5", "5", "5", "5", "2"]);
    await shown(screens, /sees something smaller/);
    await judge([screens[0]!], "poker-outlier");
    await event.control(poker, { action: "revote" });
    await shown(screens, "Story 2 of 2 · Round 4");
    await reveal(["5", "5", "5", "5", "5", "5", "5"]);
    await shown(screens, /Everybody says 5/);
    await judge(screens, "poker-consensus");
    await event.lifecycle(free, "activate");
    await shown(screens, en.vote_without_story);
    await judge(screens, "poker-free");
    await close(screens);
  });

  test("poker of many, and of nobody", async () => {
    const event = await createEvent(server, [POKER]);
    const screens = await walk.open(event.runnerUrl);
    const poker = event.activities[0]!;
    await event.lifecycle(poker, "activate");
    await shown(screens, en.nobody_votes);
    await judge(screens, "poker-empty");
    const more = await event.join(Array.from({ length: 47 }, (_, at) => `Guest of team ${at + 1}`));
    await shown(screens, "Guest of team 40");
    for (const [at, person] of more.slice(0, 40).entries()) {
      await event.answer(person, poker, {
        card: ["3", "5", "5", "8", "8", "8", "1", "21"][at % 8]!,
      });
    }
    await shown(screens, /of 47 have voted/);
    await judge(screens, "poker-many");
    await event.control(poker, { action: "reveal" });
    await shown(screens, /8 is the most frequent estimate/);
    await judge(screens, "poker-many-revealed");
    await event.join(Array.from({ length: 20 }, (_, at) => `Late ${at + 1}`));
    await event.control(poker, { action: "next" });
    await shown(screens, /of 67 have voted/);
    for (const person of more.slice(0, 6)) await event.answer(person, poker, { card: "5" });
    await shown(screens, /^6$/);
    await judge(screens, "poker-pile");
    await close(screens);
  });

  test("a quiz from lead-in to leaderboard", async () => {
    const [event, screens, people] = await setUp([QUIZ, CHOICE]);
    const quiz = event.activities[0]!;
    await event.lifecycle(quiz, "activate");
    await shown(screens, en.quiz_ready);
    await judge(screens, "quiz-ready");
    await event.control(quiz, { action: "next" });
    for (const screen of screens) await screen.getByRole("timer").first().waitFor();
    await judge(screens, "quiz-lead-in");
    await shown(screens, "2012");
    await judge(screens, "quiz-open-unanswered");
    for (const [at, person] of people.slice(0, 6).entries()) {
      await event.answer(person, quiz, { question: "q1", choices: ["bbabcb"[at]!] });
    }
    await shown(screens, /^6$/);
    await judge(screens, "quiz-open");
    await event.control(quiz, { action: "reveal" });
    await shown(screens, en.fastest);
    await judge(screens, "quiz-revealed");
    await screens[0]!.mouse.move(300, 300);
    await screens[0]!.getByRole("button", { name: en.do_redo }).click();
    await screens[0]!.getByRole("dialog", { name: en.redo_title }).waitFor();
    await judge([screens[0]!], "ask-redo");
    await press([screens[0]!], "Escape");
    await event.control(quiz, { action: "leaderboard" });
    await shown(screens, en.leaderboard);
    await judge(screens, "quiz-leaderboard-first");
    await close(screens);
  });

  test("a quiz from numbers to podium", async () => {
    const config = { ...QUIZ.config, countdown_s: 0, questions: QUIZ.config.questions.slice(1) };
    const [event, screens, people] = await setUp([{ ...QUIZ, config }]);
    const quiz = event.activities[0]!;
    await event.lifecycle(quiz, "activate");
    await event.control(quiz, { action: "next" });
    await shown(screens, "How many people work here?");
    await judge(screens, "quiz-numeric-open");
    for (const [at, person] of people.entries()) {
      const value = [100, 510, 512, 520, 700, 530, 512][at]!;
      await event.answer(person, quiz, { question: "q1", value });
    }
    await event.control(quiz, { action: "reveal" });
    await shown(screens, "512 (± 25)");
    await judge(screens, "quiz-numeric");
    await event.control(quiz, { action: "next" });
    await shown(screens, /Nobody has buzzed/);
    await judge(screens, "quiz-buzzer-empty");
    for (const at of [2, 0, 3])
      await event.answer(people[at]!, quiz, { question: "q2", buzz: true });
    for (const screen of screens)
      await screen.getByRole("button", { name: "Right: Dana" }).waitFor();
    await judge(screens, "quiz-buzzer");
    await press(screens, "-");
    await shown(screens, "Chidi had it wrong");
    await judge(screens, "quiz-buzzer-wrong");
    await press(screens, "+");
    await shown(screens, "Ana had it right");
    await judge(screens, "quiz-buzzer-right");
    await event.control(quiz, { action: "reveal" });
    await shown(screens, en.fastest);
    await judge(screens, "quiz-buzzer-revealed");
    await event.control(quiz, { action: "leaderboard" });
    await shown(screens, en.leaderboard);
    await judge(screens, "quiz-leaderboard");
    await event.control(quiz, { action: "next" });
    await shown(screens, /Which of these are prime/);
    await shown(screens, /Several answers are right/);
    // Nobody answers, and the time is over.
    await shown(screens, en.time_over);
    await judge(screens, "quiz-closed");
    await event.control(quiz, { action: "reveal" });
    await shown(screens, en.nobody_right);
    await judge(screens, "quiz-nobody-right");
    await event.control(quiz, { action: "next" });
    for (const screen of screens) await screen.getByRole("list", { name: en.podium }).waitFor();
    await judge(screens, "quiz-podium");
    await close(screens);
  });

  test("a quiz that nobody won", async () => {
    const config = { ...QUIZ.config, countdown_s: 0, questions: QUIZ.config.questions.slice(0, 1) };
    const event = await createEvent(server, [{ ...QUIZ, config }]);
    const screens = await walk.open(event.runnerUrl);
    const quiz = event.activities[0]!;
    await event.lifecycle(quiz, "activate");
    await event.control(quiz, { action: "next" });
    await shown(screens, "2012");
    await event.control(quiz, { action: "reveal" });
    await event.control(quiz, { action: "leaderboard" });
    await shown(screens, en.nobody_scored);
    await judge(screens, "quiz-leaderboard-empty");
    await event.control(quiz, { action: "next" });
    await shown(screens, en.quiz_over);
    await judge(screens, "quiz-over");
    await close(screens);
  });

  test("a word cloud, its table and its words", async () => {
    const [event, screens, people] = await setUp([CLOUD]);
    const cloud = event.activities[0]!;
    await event.lifecycle(cloud, "activate");
    await shown(screens, en.results_hidden);
    await judge(screens, "cloud-hidden");
    await event.control(cloud, { action: "reveal" });
    await shown(screens, en.no_answers);
    await judge(screens, "cloud-empty");
    await dialog([screens[0]!], "w", "Words", "cloud-words-empty");
    for (const [at, person] of people.entries())
      await event.answer(person, cloud, { words: WORDS[at] });
    await shown(screens, "growth");
    await judge(screens, "cloud");
    await press(screens, "c");
    await judge(screens, "cloud-counts");
    for (const [at, person] of people.entries()) {
      const words = Array.from(
        { length: 10 },
        (_, more) => `a thought of many words ${at} ${more}`,
      );
      await event.answer(person, cloud, { words });
    }
    // A phone has no room for all of them.
    await shown([screens[2]!], /^and \d+ more words$/);
    await judge(screens, "cloud-crowded");
    for (const [at, person] of people.entries())
      await event.answer(person, cloud, { words: WORDS[at] });
    await shown(screens, "growth");
    await press(screens, "t");
    for (const screen of screens) await screen.getByRole("table", { name: "Words" }).waitFor();
    await judge(screens, "cloud-table");
    await event.control(cloud, { action: "hide_word", word: "chaos" });
    await event.control(cloud, { action: "merge", from: "learning", into: "growth" });
    await press(screens, "w");
    for (const screen of screens) {
      await screen.getByText(/^Joined words/).click();
      await screen.getByText(/^Hidden words/).click();
    }
    await judge(screens, "cloud-words");
    for (const screen of screens) {
      await screen.getByRole("button", { name: "Join focus with …" }).click();
    }
    await judge(screens, "cloud-join");
    await close(screens);
  });

  test("a large QR code, none, and the end", async () => {
    const [event, screens] = await setUp([CHOICE]);
    await event.lifecycle(event.activities[0]!, "activate");
    await shown(screens, "By the sea");
    await press([screens[0]!], "q");
    await shown(screens, en.join_scan);
    await judge(screens, "qr-full");
    await press([screens[0]!], "p");
    // It is checked once the server says so.
    await screens[0]!.getByRole("radio", { name: "Off" }).click();
    await press([screens[0]!], "Escape");
    await screens[0]!.getByRole("img", { name: /QR/ }).waitFor({ state: "detached" });
    await judge(screens, "qr-off");
    await complete(event);
    await shown(screens, en.over);
    await judge(screens, "over");
    await close(screens);
  });

  test("with texts that are held for review", async () => {
    const event = await createEvent(server, [TEXT], { settings: { profanity: "review" } });
    const screens = await walk.open(event.runnerUrl);
    const people = await event.join(["Ana", "Fuck"]);
    await event.lifecycle(event.activities[0]!, "activate");
    for (const [at, person] of people.entries()) {
      await event.answer(person, event.activities[0]!, { text: `shit happens ${at}` });
    }
    for (const screen of screens) {
      await wakeUp(screen);
      await screen.getByText("3 wait for review").first().waitFor();
    }
    await dialog(screens, "p", "Programme", "programme-pending");
    await press(screens, "r");
    await shown(screens, en.text_is_name);
    await judge(screens, "review");
    for (const screen of screens) {
      await screen
        .getByRole("button", { name: /^Remove the person who/ })
        .first()
        .click();
      await screen.getByRole("dialog", { name: en.remove_author_title }).waitFor();
    }
    await judge(screens, "review-remove");
    await press(screens, "Escape");
    const [first] = screens as [Screen];
    await first.getByRole("button", { name: "Approve: shit happens 0" }).click();
    await first.getByRole("button", { name: "Hide: shit happens 1" }).click();
    await first.getByRole("button", { name: "Hide: Fuck" }).click();
    await shown(screens, en.no_texts);
    await judge(screens, "review-none");
    await first.getByLabel(en.review_which).selectOption("hidden");
    await first.getByRole("button", { name: "Approve: shit happens 1" }).waitFor();
    await first.getByLabel(en.review_which).selectOption("visible");
    await first.getByRole("button", { name: "Hide: shit happens 0" }).waitFor();
    await judge([first], "review-shown");
    await close(screens);
  });

  test("and none is left out: every text was read somewhere", () => {
    expect(walk.unread(en)).toEqual([]);
  });
});

const wakeUp = (screen: Screen) => screen.mouse.move(200, 200);

/** A screen whose server answers as a test wants it. */
async function openRouted(url: string, answer: (route: Route) => void): Promise<[Screen]> {
  const screen = await openPage(browser, { viewport: PROJECTOR, reducedMotion: "reduce" });
  await screen.route("**/state*", answer);
  await screen.goto(url);
  return [screen];
}
