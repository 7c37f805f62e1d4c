// As much as an activity may have, with an announcement above it: a room sees all of it at once, on
// every projector, and can read it.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import { LAPTOP, openBrowser, openPage, picture, PROJECTOR, toScreen } from "./support/browser.ts";
import { createEvent, data, type Event } from "./support/event.ts";
import { tooSmall } from "./support/reading.ts";
import { unseen } from "./support/seen.ts";
import { type Server, startServer } from "./support/server.ts";

const SIZES = [PROJECTOR, LAPTOP, { width: 1280, height: 720 }, { width: 3840, height: 2160 }];

/** The longest that the server takes. */
const ANNOUNCEMENT = "The fire drill is at three; nobody needs to leave. ".repeat(9).slice(0, 280);
const QUESTION = "Which of all these do we mean when we speak of quality in our work? ".repeat(9);
const LABEL = "A label that goes on about strategy, alignment and the way we work ".repeat(5);
const ARABIC = "توقفوا عن الاجتماعات الطويلة في المساء";

const options = (count: number, label: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => ({ label: label(at + 1).slice(0, 200) }));
const short = (at: number) => `Meeting number ${at} of the week`;
const long = (at: number) => `${at} ${LABEL}`;
const arabic = (at: number) => `${ARABIC} ${at}`;

const poll = (kind: string, title: string, config: object) => ({
  type: "poll",
  title,
  config: { kind, question: title, ...config },
});

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

async function announce(event: Event, text: string): Promise<void> {
  const params = { path: { id: event.id } };
  data(
    await ask(server.admin.PUT("/api/v1/sessions/{id}/announcement", { params, body: { text } })),
  );
}

/** One screen, that is made as large as each projector in turn. */
async function open(event: Event): Promise<Screen> {
  const screen = await openPage(browser, { viewport: PROJECTOR, reducedMotion: "reduce" });
  await toScreen(screen, event.runnerUrl);
  return screen;
}

async function judge(screen: Screen, name: string, fine = /^$/): Promise<void> {
  await screen.locator(".idle").waitFor();
  for (const size of SIZES) {
    await screen.setViewportSize(size);
    // Sizes are watched, and told of before the next picture is drawn.
    await screen.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    await picture(screen, `runner-crowded-${name}`);
    const found = (await unseen(screen)).filter((each) => !fine.test(each));
    expect.soft(found, `${name} at ${size.width}`).toEqual([]);
  }
  await screen.setViewportSize(PROJECTOR);
  expect.soft(await tooSmall(screen), `${name}: too small`).toEqual([]);
}

const NAMES = ["Ana", "Bruno", "Chidi", "Dana", "Emil", "Fay", "Goran"];

test.each([
  ["20-options", short, "Which of these would you drop?", "Back at eleven"],
  ["20-options-announced", short, "Which of these would you drop?", ANNOUNCEMENT],
  ["20-long-options", long, QUESTION.slice(0, 500), ANNOUNCEMENT],
  ["20-arabic-options", arabic, ARABIC, "Back at eleven"],
] as const)("%s", async (name, label, question, announcement) => {
  const config = { options: options(20, label), question };
  const event = await createEvent(server, [
    poll("choice", "Choice", config),
    poll("ranking", "Ranking", config),
    {
      type: "quiz",
      title: "Quiz",
      config: {
        countdown_s: 0,
        questions: [
          {
            kind: "choice",
            prompt: question,
            options: config.options,
            correct: ["b", "t"],
            time_limit_s: 600,
          },
        ],
      },
    },
  ]);
  await announce(event, announcement);
  const people = await event.join(NAMES);
  const [choice, ranking, quiz] = event.activities as [string, string, string];
  await event.lifecycle(choice, "activate");
  const screen = await open(event);
  const label20 = config.options[19]!.label;
  const last = screen.getByText(label20, { exact: true }).filter({ visible: true }).first();
  await last.waitFor();
  await judge(screen, `${name}-choice-hidden`);
  for (const [at, person] of people.entries()) {
    await event.answer(person, choice, { choices: [String.fromCharCode(97 + at * 3)] });
  }
  await event.control(choice, { action: "reveal" });
  await screen.getByRole("list", { name: "Results" }).waitFor();
  await judge(screen, `${name}-choice`);
  await event.lifecycle(ranking, "activate");
  await screen.getByRole("list", { name: "Options" }).waitFor();
  for (const [at, person] of people.entries()) {
    const first = String.fromCharCode(97 + at);
    await event.answer(person, ranking, {
      ranking: [first, ..."abcdefghijklmnopqrst".replace(first, "")],
    });
  }
  await event.control(ranking, { action: "reveal" });
  await screen.getByRole("list", { name: "Results" }).waitFor();
  await judge(screen, `${name}-ranking`);
  await event.lifecycle(quiz, "activate");
  await event.control(quiz, { action: "next" });
  await screen.getByRole("timer").waitFor();
  for (const [at, person] of people.entries()) {
    await event.answer(person, quiz, { question: "q1", choices: at % 2 ? ["b", "t"] : ["c"] });
  }
  await judge(screen, `${name}-quiz-open`);
  await event.control(quiz, { action: "reveal" });
  await screen.getByRole("heading", { name: "Fastest" }).waitFor();
  await judge(screen, `${name}-quiz-revealed`);
  await screen.context().close();
});

const DECK = ["1", "2", "3", "5", "8", "13", "?"];
const STORY = `${"Let people who lost their connection come back to their seat ".repeat(6)}`;

test.each([3, 12, 24, 60])("poker with %i people", async (size) => {
  const stories = Array.from({ length: 10 }, (_, at) => ({
    title: at === 0 ? "Export the report as a spreadsheet" : `${at + 1} ${STORY}`.slice(0, 300),
  }));
  const event = await createEvent(server, [
    { type: "poker", title: "Sprint", config: { stories } },
  ]);
  const poker = event.activities[0]!;
  const people = await event.join(
    Array.from({ length: size }, (_, at) =>
      at % 5 === 0 ? `Maximiliana Wolfeschlegelstein ${at}` : `Guest ${at + 1}`,
    ),
  );
  await announce(event, ANNOUNCEMENT.slice(0, 140));
  await event.lifecycle(poker, "activate");
  const screen = await open(event);
  const vote = async (card: (at: number) => string, count = size) => {
    for (const [at, person] of people.slice(0, count).entries()) {
      await event.answer(person, poker, { card: card(at) });
    }
  };
  const name = `poker-${size}`;
  await judge(screen, `${name}-nobody`);
  await vote(() => "5", Math.ceil(size / 2));
  await screen.getByRole("progressbar", { name: `${Math.ceil(size / 2)} of ${size}` }).waitFor();
  await judge(screen, `${name}-voting`);
  await vote((at) => DECK[(at * 3) % DECK.length]!);
  await event.control(poker, { action: "reveal" });
  await screen.getByText("Agreement").waitFor();
  await judge(screen, `${name}-revealed`);
  await event.control(poker, { action: "accept", estimate: "5" });
  await screen.getByText("Settled", { exact: true }).waitFor();
  await judge(screen, `${name}-settled`);
  await event.control(poker, { action: "revote" });
  await screen.getByText("Round 2 · Settled on 5 before").waitFor();
  await vote((at) => (at % 2 === 0 ? "3" : "13"));
  await event.control(poker, { action: "reveal" });
  await screen
    .getByText("Earlier rounds")
    .or(screen.getByText(/Round 1: /))
    .first()
    .waitFor();
  await judge(screen, `${name}-again`);
  await event.control(poker, { action: "next" });
  await screen.getByRole("heading", { name: /^2 Let people/ }).waitFor();
  await vote(() => "5");
  await event.control(poker, { action: "reveal" });
  await screen.getByRole("main").getByText("Everybody says 5.").waitFor();
  await judge(screen, `${name}-consensus`);
  await screen.context().close();
});

test("scales, walls, words and numbers", async () => {
  const event = await createEvent(server, [
    poll("rating", "Rating", {
      scale: { min: -10, max: 10, min_label: LABEL.slice(0, 60), max_label: ARABIC },
    }),
    poll("text", "Wall", { max_length: 1000 }),
    {
      type: "wordcloud",
      title: "Cloud",
      config: {
        prompt: QUESTION.slice(0, 500),
        max_words: 10,
        max_length: 50,
        allow_phrases: true,
      },
    },
    {
      type: "quiz",
      title: "Quiz",
      config: {
        countdown_s: 0,
        questions: [
          {
            kind: "numeric",
            prompt: QUESTION.slice(0, 200),
            correct: { value: 123456.789, tolerance: 1000 },
            time_limit_s: 600,
            explanation: LABEL.slice(0, 300),
          },
          { kind: "buzzer", prompt: "Who knows?", time_limit_s: 600 },
        ],
      },
    },
  ]);
  await announce(event, ANNOUNCEMENT.slice(0, 140));
  const people = await event.join(
    Array.from({ length: 12 }, (_, at) =>
      at % 2 ? `Guest ${at}` : `محمد عبد الله ${"W".repeat(20)} ${at}`,
    ),
  );
  const [rating, wall, cloud, quiz] = event.activities as [string, string, string, string];
  await event.lifecycle(rating, "activate");
  const screen = await open(event);
  await judge(screen, "rating-hidden");
  for (const [at, person] of people.entries()) {
    await event.answer(person, rating, { rating: at - 5 });
  }
  await event.control(rating, { action: "reveal" });
  await screen.getByText("Median").waitFor();
  await judge(screen, "rating");
  await event.lifecycle(wall, "activate");
  await event.control(wall, { action: "reveal" });
  for (const [at, person] of people.entries()) {
    await event.answer(person, wall, {
      text: `${at} ${at % 2 ? LABEL : ARABIC}`.slice(0, 30 + at * 9),
    });
  }
  await screen.getByRole("progressbar", { name: "12 of 12" }).waitFor();
  await screen.getByText(/^11 /).waitFor();
  // What is old goes out of the picture; what is new is in it.
  await judge(screen, "wall", /^cut: (?!11 )|^scrolls/);
  await event.lifecycle(cloud, "activate");
  for (const [at, person] of people.entries()) {
    const words = Array.from({ length: 10 }, (_, word) =>
      word < 2 ? `common ${word}` : `${at} ${word} ${"w".repeat(3 + ((at * word) % 40))}`,
    );
    await event.answer(person, cloud, { words });
  }
  await event.control(cloud, { action: "reveal" });
  await screen.getByText("common 1").filter({ visible: true }).first().waitFor();
  await judge(screen, "cloud-100");
  await event.lifecycle(quiz, "activate");
  await event.control(quiz, { action: "next" });
  for (const [at, person] of people.entries()) {
    await event.answer(person, quiz, { question: "q1", value: 123_456.789 + at * 500 });
  }
  await judge(screen, "numeric-open");
  await event.control(quiz, { action: "reveal" });
  await screen.getByText("Right answer").first().waitFor();
  await judge(screen, "numeric");
  await event.control(quiz, { action: "leaderboard" });
  await screen.getByRole("list", { name: "Leaderboard" }).waitFor();
  await judge(screen, "leaderboard");
  await event.control(quiz, { action: "next" });
  for (const person of people) await event.answer(person, quiz, { question: "q2", buzz: true });
  await screen.getByRole("progressbar", { name: "12 of 12" }).waitFor();
  await judge(screen, "buzzers");
  await event.control(quiz, { action: "reveal" });
  await event.control(quiz, { action: "next" });
  await screen.getByRole("list", { name: "The podium" }).waitFor();
  await judge(screen, "podium");
  await screen.context().close();
});
