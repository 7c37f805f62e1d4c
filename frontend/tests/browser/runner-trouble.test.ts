// When the server goes away in the middle of something, a proxy answers in its place, or the laptop
// sleeps: the big screen says so, keeps its picture, and goes on by itself.

import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser, openPage, PROJECTOR, toScreen } from "./support/browser.ts";
import { createEvent, type Event } from "./support/event.ts";
import { type Server, startServer } from "./support/server.ts";

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

const POLL = {
  type: "poll",
  title: "Where to?",
  config: { kind: "choice", question: "Where to?", options: [{ label: "Sea" }, { label: "Hill" }] },
};
const POKER = { type: "poker", title: "Sprint", config: { stories: [{ title: "Export" }] } };
const QUIZ = {
  type: "quiz",
  title: "Quiz",
  config: {
    countdown_s: 0,
    questions: [
      {
        kind: "choice",
        prompt: "Founded when?",
        options: [{ label: "2009" }, { label: "2012" }],
        correct: ["b"],
        time_limit_s: 600,
      },
    ],
  },
};
const CLOUD = { type: "wordcloud", title: "One word", config: { prompt: "One word" } };

async function openScreen(event: Event, withClock = false): Promise<Screen> {
  const screen = await openPage(browser, { viewport: PROJECTOR });
  if (withClock) await screen.clock.install();
  await toScreen(screen, event.runnerUrl);
  return screen;
}

const progress = (screen: Screen, says: string) =>
  screen.getByRole("progressbar", { name: says, exact: true }).waitFor();
const sign = (screen: Screen) => screen.locator(".connection p");

test.each([
  {
    ...POLL,
    answers: [{ choices: ["a"] }, { choices: ["b"] }],
    verb: "answered",
    seen: "Sea: 1 vote, 100%",
  },
  { ...POKER, answers: [{ card: "5" }, { card: "8" }], verb: "voted", seen: "Ana: has voted" },
  {
    ...QUIZ,
    answers: [
      { question: "q1", choices: ["a"] },
      { question: "q1", choices: ["b"] },
    ],
    verb: "answered",
    seen: null,
  },
  {
    ...CLOUD,
    answers: [{ words: ["sun"] }, { words: ["sun", "rain"] }],
    verb: "answered",
    seen: "sun: 1 person",
  },
])("a $type goes on when the server is killed in the middle of it", async (each) => {
  const { answers, verb, seen, ...made } = each;
  const event = await createEvent(server, [made]);
  const id = event.activities[0]!;
  const [ana, bruno] = await event.join(["Ana", "Bruno"]);
  await event.lifecycle(id, "activate");
  const isBoard = made.type === "poll" || made.type === "wordcloud";
  if (isBoard) await event.control(id, { action: "reveal" });
  if (made.type === "quiz") await event.control(id, { action: "next" });
  await event.answer(ana!, id, answers[0]!);
  const screen = await openScreen(event);
  await progress(screen, `1 of 2 have ${verb}`);
  await screen.evaluate(() => {
    Object.assign(window, { picture: document.querySelector(".body > *") });
  });
  await Promise.all([server.restart(), sign(screen).waitFor()]);
  if (seen !== null) expect(await screen.getByText(seen, { exact: true }).count()).toBe(1);
  await event.answer(bruno!, id, answers[1]!);
  await progress(screen, `2 of 2 have ${verb}`);
  await sign(screen).waitFor({ state: "detached" });
  // All the time it was the same picture, and not one that was drawn again.
  const isKept = () => (window as unknown as { picture: Element }).picture.isConnected;
  expect(await screen.evaluate(isKept)).toBe(true);
  // It is steered as before.
  if (!isBoard) {
    await screen.keyboard.press("Space");
    const shown = made.type === "quiz" ? "Fastest" : "Agreement";
    await screen.getByText(shown, { exact: true }).waitFor();
  }
  expect(screen.wrongs).toEqual([]);
  await screen.context().close();
});

/** What answers instead of the server: nothing, or a proxy that can't reach it. */
const IN_ITS_PLACE: [string, (route: Route) => Promise<void>][] = [
  ["nothing", (route) => route.abort("connectionrefused")],
  [
    "a proxy's 502",
    (route) =>
      route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad Gateway</h1>" }),
  ],
  [
    "a page to sign in to the Wi-Fi",
    (route) => route.fulfill({ contentType: "text/html", body: "<p>Hi" }),
  ],
];

test.each(IN_ITS_PLACE)("%s answers for a minute", async (_, answer) => {
  const event = await createEvent(server, [POLL]);
  const poll = event.activities[0]!;
  const [ana, bruno] = await event.join(["Ana", "Bruno"]);
  await event.lifecycle(poll, "activate");
  await event.control(poll, { action: "reveal" });
  await event.answer(ana!, poll, { choices: ["a"] });
  const screen = await openScreen(event, true);
  await progress(screen, "1 of 2 have answered");
  await screen.route("**/api/**", answer);
  // The poll that was held before ends with its news; the next one has nobody to answer it.
  await event.answer(bruno!, poll, { choices: ["b"] });
  await sign(screen).waitFor();
  for (let at = 0; at < 12; at += 1) await screen.clock.runFor(5_000);
  await screen.getByText("No connection.", { exact: false }).waitFor();
  await screen.getByRole("list", { name: "Results" }).waitFor();
  // What is pressed meanwhile is said not to have been done.
  await screen.keyboard.press("q");
  await screen.getByText(/nothing was done|did not work/).waitFor();
  await screen.unroute("**/api/**");
  // At most as long as the longest back-off.
  for (let at = 0; at < 4; at += 1) await screen.clock.runFor(5_000);
  await sign(screen).waitFor({ state: "detached" });
  await progress(screen, "2 of 2 have answered");
  await screen.context().close();
});

test("a laptop that slept for an hour has what happened, and the server's clock", async () => {
  const event = await createEvent(server, [POLL, QUIZ]);
  const [poll, quiz] = event.activities as [string, string];
  await event.join(["Ana"]);
  await event.lifecycle(poll, "activate");
  const screen = await openScreen(event, true);
  await screen.getByRole("heading", { name: "Where to?" }).waitFor();
  await sleepAnHour(screen);
  await event.lifecycle(quiz, "activate");
  await event.control(quiz, { action: "next" });
  await wakeUp(screen);
  await screen.getByRole("heading", { name: "Founded when?" }).waitFor();
  // Its own clock is an hour ahead now; the server's says that the question has just begun.
  const left = Number(await screen.getByRole("timer").locator(".num").textContent());
  expect(left).toBeGreaterThan(500);
  expect(left).toBeLessThanOrEqual(600);
  await sign(screen).waitFor({ state: "detached" });
  await screen.keyboard.press("Space");
  await screen.getByText("Nobody had it right this time").waitFor();
  expect(screen.wrongs).toEqual([]);
  await screen.context().close();
});

/** As browsers tell of a lid that is closed; nothing runs until it is opened. */
async function sleepAnHour(screen: Screen): Promise<void> {
  await look(screen, "hidden");
  await screen.clock.fastForward("01:00:00");
}

const wakeUp = (screen: Screen) => look(screen, "visible");

async function look(screen: Screen, state: "hidden" | "visible"): Promise<void> {
  await screen.evaluate((visibility) => {
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}
