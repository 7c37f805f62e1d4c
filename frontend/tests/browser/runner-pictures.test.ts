// Each state of the big screen: no finding of axe, nothing over the edge, nothing too small to be
// read from the last row, and a picture where they are wanted.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import {
  findings,
  LAPTOP,
  openBrowser,
  openPage,
  overflows,
  PHONE,
  picture,
  PROJECTOR,
} from "./support/browser.ts";
import { createEvent, data, type Event, type Person } from "./support/event.ts";
import { SMALLEST_PX, tooSmall } from "./support/reading.ts";
import { type Server, startServer } from "./support/server.ts";

const NAMES = ["Ana", "Bruno", "Chidi", "Dana", "Emil", "Fay", "Goran"];

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
const QUIZ = {
  type: "quiz",
  title: "How well do you know us?",
  config: {
    countdown_s: 3,
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
    ],
  },
};
const CLOUD = {
  type: "wordcloud",
  title: "This year in one word",
  config: { prompt: "This year in one word", max_words: 10, allow_phrases: true },
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
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

type Screen = Awaited<ReturnType<typeof openPage>>;
const SIZES = [PROJECTOR, LAPTOP, PHONE];

/** Judges the state that all screens are in by now: the largest without the bar, others with it. */
async function judge(screens: Screen[], name: string): Promise<void> {
  for (const screen of screens) {
    const width = screen.viewportSize()?.width;
    if (width === PROJECTOR.width) await screen.locator(".idle, .notice").first().waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      if (width !== PROJECTOR.width) await wake(screen);
      await screen.emulateMedia({ colorScheme });
      expect(await findings(screen), `${name} ${width} ${colorScheme}`).toEqual([]);
    }
    await screen.emulateMedia({ colorScheme: null });
    if (width !== PROJECTOR.width) await wake(screen);
    expect(await overflows(screen), `${name} ${width}: over the edge`).toBe(false);
    if (width === PROJECTOR.width) {
      expect(await tooSmall(screen), `${name}: smaller than ${SMALLEST_PX} px`).toEqual([]);
    }
    await picture(screen, `runner-${name}`);
    expect(screen.wrongs, name).toEqual([]);
  }
}

let moves = 0;

/** Moves the mouse, so that the bar is there. */
function wake(screen: Screen): Promise<void> {
  moves += 1;
  return screen.mouse.move(100 + (moves % 50), 10);
}

async function open(event: Event): Promise<Screen[]> {
  const screens: Screen[] = [];
  for (const viewport of SIZES) {
    const screen = await openPage(browser, { viewport, reducedMotion: "reduce" });
    await screen.goto(event.runnerUrl);
    await screen.getByRole("heading", { level: 1 }).first().waitFor();
    screens.push(screen);
  }
  return screens;
}

const shown = (screens: Screen[], text: string | RegExp) =>
  Promise.all(
    screens.map((screen) => screen.getByText(text).filter({ visible: true }).first().waitFor()),
  );

async function close(screens: Screen[]): Promise<void> {
  for (const screen of screens) await screen.context().close();
}

const press = (screens: Screen[], key: string) => screens[0]!.keyboard.press(key);

async function setUp(activities: object[], names = NAMES): Promise<[Event, Screen[], Person[]]> {
  const event = await createEvent(server, activities);
  const screens = await open(event);
  const people = await event.join(names);
  return [event, screens, people];
}

describe("each state of the big screen holds up", () => {
  test("without a key, and before anything runs", async () => {
    const bare = await openPage(browser, { viewport: PROJECTOR, reducedMotion: "reduce" });
    await bare.goto(`${server.url}/run/0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17`);
    await bare.getByRole("heading", { name: "This screen has no key" }).waitFor();
    await judge([bare], "no-key");
    await bare.context().close();

    const event = await createEvent(server, [CHOICE]);
    const screens = await open(event);
    await judge(screens, "lobby-empty");
    await event.join([
      ...NAMES,
      "Marisol García-Hernández",
      "محمد",
      "山田太郎",
      "Ольга",
      "Zoë",
      "J",
      "Kai",
      "Lou",
    ]);
    await shown(screens, "15 are here");
    await judge(screens, "lobby");
    await press(screens, "p");
    await screens[0]!.getByRole("dialog", { name: "Programme" }).waitFor();
    await judge([screens[0]!], "programme");
    await screens[0]!.keyboard.press("Escape");
    await press(screens, "?");
    await screens[0]!.getByRole("dialog", { name: "Keys" }).waitFor();
    await judge([screens[0]!], "keys");
    await close(screens);
  });

  test("polls of every kind", async () => {
    const [event, screens, people] = await setUp([CHOICE, MANY, RATING, RANKING, TEXT]);
    const [choice, many, rating, ranking, text] = event.activities as [
      string,
      string,
      string,
      string,
      string,
    ];
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
    await shown(screens, /Locked/);
    data(
      await ask(
        server.admin.PUT("/api/v1/sessions/{id}/announcement", {
          params: { path: { id: event.id } },
          body: { text: "Coffee is ready in the hall: we go on at 11:15." },
        }),
      ),
    );
    await shown(screens, /Coffee is ready/);
    await judge(screens, "poll-locked-announcement");

    await event.lifecycle(many, "activate");
    for (const [at, person] of people.entries()) {
      const choices = [0, 1, 2].map((step) =>
        String.fromCharCode(97 + ((at * 3 + step * at) % 20)),
      );
      await event.answer(person, many, { choices: [...new Set(choices)] });
    }
    await event.control(many, { action: "reveal" });
    await shown(screens, "Meeting number 20 of the week");
    await judge(screens, "poll-choice-20");

    await event.lifecycle(rating, "activate");
    await shown(screens, "Great");
    await judge([screens[0]!], "poll-rating-hidden");
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
    await shown(screens, "No answers yet");
    await judge([screens[0]!], "poll-text-empty");
    for (const [at, person] of people.entries())
      await event.answer(person, text, { text: WALL[at]! });
    await shown(screens, "Reply all");
    await judge(screens, "poll-text");
    await close(screens);
  });

  test("poker", async () => {
    const [event, screens, people] = await setUp([POKER]);
    const poker = event.activities[0]!;
    await event.lifecycle(poker, "activate");
    await shown(screens, "Goran");
    for (const person of people.slice(0, 4)) await event.answer(person, poker, { card: "5" });
    await shown(screens, /of 7 have voted/);
    await judge(screens, "poker-voting");
    for (const [at, card] of ["5", "5", "5", "3", "5", "13", "?"].entries()) {
      await event.answer(people[at]!, poker, { card });
    }
    await event.control(poker, { action: "reveal" });
    await shown(screens, /Most of you say 5/);
    await judge(screens, "poker-revealed");
    await event.control(poker, { action: "accept", estimate: "5" });
    await shown(screens, "Settled");
    await judge(screens, "poker-settled");
    await event.control(poker, { action: "revote" });
    for (const [at, card] of ["3", "3", "3", "13", "13", "13", "?"].entries()) {
      await event.answer(people[at]!, poker, { card });
    }
    await event.control(poker, { action: "reveal" });
    await shown(screens, /Two camps/);
    await judge(screens, "poker-bimodal");
    const more = await event.join(Array.from({ length: 40 }, (_, at) => `Guest of team ${at + 1}`));
    await event.control(poker, { action: "next" });
    for (const [at, person] of more.entries()) {
      await event.answer(person, poker, { card: ["3", "5", "5", "8", "8", "8"][at % 6]! });
    }
    await shown(screens, "Guest of team 40");
    await judge(screens, "poker-many");
    await event.control(poker, { action: "reveal" });
    await shown(screens, /More of you say 8/);
    await judge(screens, "poker-many-revealed");
    await close(screens);
  });

  test("a quiz from lead-in to podium", async () => {
    const [event, screens, people] = await setUp([QUIZ]);
    const quiz = event.activities[0]!;
    await event.lifecycle(quiz, "activate");
    await shown(screens, "Get ready");
    await judge(screens, "quiz-ready");
    await event.control(quiz, { action: "next" });
    await screens[0]!.getByRole("timer").first().waitFor();
    await picture(screens[0]!, "runner-quiz-lead-in");
    await shown(screens, "2012");
    for (const [at, person] of people.slice(0, 6).entries()) {
      await event.answer(person, quiz, { question: "q1", choices: ["bbabcb"[at]!] });
    }
    await judge(screens, "quiz-open");
    await event.control(quiz, { action: "reveal" });
    await shown(screens, "Fastest");
    await judge(screens, "quiz-revealed");
    await event.control(quiz, { action: "leaderboard" });
    await shown(screens, "Leaderboard");
    await event.control(quiz, { action: "next" });
    await shown(screens, "How many people work here?");
    for (const [at, person] of people.entries()) {
      const value = [100, 510, 512, 520, 700, 530, 512][at]!;
      await event.answer(person, quiz, { question: "q2", value });
    }
    await event.control(quiz, { action: "reveal" });
    await shown(screens, "512 (± 25)");
    await judge(screens, "quiz-numeric");
    await event.control(quiz, { action: "leaderboard" });
    await shown(screens, "Leaderboard");
    await judge(screens, "quiz-leaderboard");
    await event.control(quiz, { action: "next" });
    await shown(screens, /Nobody has buzzed/);
    await event.answer(people[2]!, quiz, { question: "q3", buzz: true });
    await event.answer(people[0]!, quiz, { question: "q3", buzz: true });
    await screens[0]!.getByRole("button", { name: "Right: Ana" }).waitFor();
    await judge(screens, "quiz-buzzer");
    await event.control(quiz, { action: "judge", participant_id: people[2]!.id, correct: true });
    await event.control(quiz, { action: "reveal" });
    await event.control(quiz, { action: "next" });
    await screens[0]!.getByRole("heading", { name: "The podium" }).waitFor();
    await judge(screens, "quiz-podium");
    await close(screens);
  });

  test("a word cloud, its table, a large QR code, and the end", async () => {
    const [event, screens, people] = await setUp([CLOUD]);
    const cloud = event.activities[0]!;
    await event.lifecycle(cloud, "activate");
    await shown(screens, /Results stay hidden/);
    await judge(screens, "cloud-hidden");
    for (const [at, person] of people.entries())
      await event.answer(person, cloud, { words: WORDS[at] });
    await event.control(cloud, { action: "reveal" });
    await shown(screens, "growth");
    await judge(screens, "cloud");
    for (const screen of screens) await screen.keyboard.press("c");
    await judge(screens, "cloud-counts");
    for (const screen of screens) await screen.keyboard.press("t");
    await screens[0]!.getByRole("table", { name: "Words" }).waitFor();
    await judge(screens, "cloud-table");
    await press(screens, "q");
    await shown(screens, /Scan, or go to/);
    await judge([screens[0]!], "qr-full");
    data(
      await ask(
        server.admin.POST("/api/v1/sessions/{id}/complete", { params: { path: { id: event.id } } }),
      ),
    );
    await shown(screens, /Thank you/);
    await judge(screens, "over");
    await close(screens);
  });
});
