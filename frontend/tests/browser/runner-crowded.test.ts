// As much as an activity may have, with an announcement above it: a room sees all of it at once, on
// every projector, and can read it.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import { LAPTOP, openBrowser, openPage, picture, PROJECTOR } from "./support/browser.ts";
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
  await screen.goto(event.runnerUrl);
  await screen.getByRole("heading", { level: 1 }).first().waitFor();
  return screen;
}

async function judge(screen: Screen, name: string): Promise<void> {
  await screen.locator(".idle").waitFor();
  for (const size of SIZES) {
    await screen.setViewportSize(size);
    // Sizes are watched, and told of before the next picture is drawn.
    await screen.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
    await picture(screen, `runner-crowded-${name}`);
    expect.soft(await unseen(screen), `${name} at ${size.width}`).toEqual([]);
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
    await event.answer(person, ranking, { ranking: [first, ..."abcdefghijklmnopqrst".replace(first, "")] });
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
