// A whole event run from the big screen by keyboard alone, with people who answer through the API.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import {
  openBrowser,
  openPage,
  overflows,
  PHONE,
  press,
  PROJECTOR,
  toScreen,
} from "./support/browser.ts";
import { createEvent, data, type Event } from "./support/event.ts";
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

const POLL = {
  type: "poll",
  title: "Where to?",
  config: {
    kind: "choice",
    question: "Where to?",
    options: [{ label: "By the sea" }, { label: "Up a hill" }],
  },
};
const POKER = {
  type: "poker",
  title: "Sprint",
  config: { stories: [{ title: "Export" }, { title: "Dark mode" }] },
};
const QUIZ = {
  type: "quiz",
  title: "How well do you know us?",
  config: {
    countdown_s: 0,
    scoring: "flat",
    questions: [
      {
        kind: "choice",
        prompt: "Founded when?",
        options: [{ label: "2009" }, { label: "2012" }],
        correct: ["b"],
        time_limit_s: 120,
      },
      { kind: "true_false", prompt: "Coffee is older", correct: ["true"], time_limit_s: 120 },
    ],
  },
};
const CLOUD = { type: "wordcloud", title: "One word", config: { prompt: "One word" } };

type Screen = Awaited<ReturnType<typeof openPage>>;

async function openScreen(event: Event, viewport = PROJECTOR): Promise<Screen> {
  const screen = await openPage(browser, { viewport });
  await toScreen(screen, event.runnerUrl);
  return screen;
}

const heading = (screen: Screen, name: string) =>
  screen.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const progress = (screen: Screen, says: string) =>
  screen.getByRole("progressbar", { name: says, exact: true }).waitFor();
/** What the chart says to who can't see it. */
const says = (screen: Screen, list: string) =>
  screen.getByRole("list", { name: list }).locator(".unseen").allTextContents();

describe("the big screen", () => {
  test("runs a whole event by keyboard, and its numbers are right", async () => {
    const event = await createEvent(server, [POLL, POKER, QUIZ, CLOUD]);
    const [poll, poker, quiz, cloud] = event.activities as [string, string, string, string];
    const screen = await openScreen(event);
    expect(screen.url()).toBe(`${server.url}/run/${event.id}`);
    expect(await screen.evaluate(() => history.length)).toBeLessThanOrEqual(2);

    // The lobby.
    await heading(screen, "Autumn all hands");
    const spaced = `${event.code.slice(0, 3)}\u00a0${event.code.slice(3)}`;
    expect(await screen.getByText(spaced).count()).toBeGreaterThan(0);
    const people = await event.join(["Ana", "Bruno", "Chidi"]);
    const [ana, bruno, chidi] = people as [
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
    ];
    await screen.getByText("3 are here").waitFor();
    await screen.getByRole("list", { name: "Who has just come" }).getByText("Bruno").waitFor();

    // The poll: hidden while people vote, shown on request, then revealed.
    await press(screen, "Space");
    await heading(screen, "Where to?");
    await progress(screen, "0 of 3 have answered");
    await event.answer(ana, poll, { choices: ["a"] });
    await event.answer(bruno, poll, { choices: ["a"] });
    await progress(screen, "2 of 3 have answered");
    expect(await screen.getByRole("list", { name: "Results" }).count()).toBe(0);
    await press(screen, "h");
    await screen.getByRole("list", { name: "Results" }).waitFor();
    await press(screen, "h");
    await screen.getByRole("list", { name: "Options" }).waitFor();
    await event.answer(chidi, poll, { choices: ["b"] });
    await press(screen, "Enter");
    await screen.getByRole("list", { name: "Results" }).waitFor();
    expect(await says(screen, "Results")).toEqual([
      "By the sea: 2 votes, 67%",
      "Up a hill: 1 vote, 33%",
    ]);
    await press(screen, "l");
    await screen.getByText("Locked: no more answers").waitFor();
    await press(screen, "l");
    await screen.getByText("Locked: no more answers").waitFor({ state: "detached" });

    // Poker: face down, up, settled, next story, and back.
    await press(screen, "ArrowRight");
    await heading(screen, "Export");
    await event.answer(ana, poker, { card: "5" });
    await event.answer(bruno, poker, { card: "5" });
    await progress(screen, "2 of 3 have voted");
    expect((await says(screen, "Cards on the table")).sort()).toEqual([
      "Ana: has voted",
      "Bruno: has voted",
      "Chidi: has not voted yet",
    ]);
    await event.answer(chidi, poker, { card: "8" });
    await progress(screen, "3 of 3 have voted");
    await press(screen, "Space");
    await screen.getByRole("main").getByText("Most of you say 5.").waitFor();
    expect((await says(screen, "Cards on the table")).sort()).toEqual([
      "Ana: 5",
      "Bruno: 5",
      "Chidi: 8",
    ]);
    expect(await screen.getByText("67%").count()).toBe(1);
    await press(screen, "Space");
    await screen.getByText("Settled").waitFor();
    await press(screen, "Space");
    await heading(screen, "Dark mode");
    await press(screen, "ArrowLeft");
    await heading(screen, "Export");
    await press(screen, "ArrowRight");
    await heading(screen, "Dark mode");

    // The quiz: nothing is marked before the reveal; then leaderboard and podium.
    await press(screen, "ArrowRight");
    await heading(screen, "How well do you know us?");
    await press(screen, "Space");
    await heading(screen, "Founded when?");
    await event.answer(ana, quiz, { question: "q1", choices: ["b"] });
    await event.answer(bruno, quiz, { question: "q1", choices: ["a"] });
    await progress(screen, "2 of 3 have answered");
    expect(await screen.getByText("Right answer").count()).toBe(0);
    await press(screen, "Space");
    await screen.getByRole("list", { name: "Results" }).waitFor();
    expect(await says(screen, "Results")).toEqual([
      "2009: 1 vote, 50%",
      "2012: 1 vote, 50%. Right answer",
    ]);
    await screen.getByRole("heading", { name: "Fastest" }).waitFor();
    await press(screen, "Space");
    await screen.getByRole("heading", { name: "Leaderboard" }).waitFor();
    expect((await says(screen, "Leaderboard"))[0]).toBe("1. Ana: 1,000 points");
    await press(screen, "Space");
    await heading(screen, "Coffee is older");
    await event.answer(bruno, quiz, { question: "q2", choices: ["true"] });
    await event.answer(chidi, quiz, { question: "q2", choices: ["true"] });
    await press(screen, "Space");
    await press(screen, "Space");
    await screen.getByRole("heading", { name: "Leaderboard" }).waitFor();
    expect(
      (await says(screen, "Leaderboard")).slice(0, 3).every((row) => row.startsWith("1. ")),
    ).toBe(true);
    await press(screen, "Space");
    await screen.getByRole("heading", { name: "The podium" }).waitFor();
    expect((await says(screen, "The podium")).sort()).toEqual([
      "1. Ana: 1,000 points",
      "1. Bruno: 1,000 points",
      "1. Chidi: 1,000 points",
    ]);

    // The word cloud, its counts and its table.
    await press(screen, "Space");
    await heading(screen, "One word");
    await event.answer(ana, cloud, { words: ["Growth", "coffee"] });
    await event.answer(bruno, cloud, { words: ["growth"] });
    await progress(screen, "2 of 3 have answered");
    await press(screen, "Space");
    await screen.getByRole("list", { name: "Words" }).waitFor();
    expect((await says(screen, "Words")).map((word) => word.toLowerCase()).sort()).toEqual([
      "coffee: 1 person",
      "growth: 2 people",
    ]);
    await press(screen, "t");
    const row = screen
      .getByRole("table", { name: "Words" })
      .getByRole("row", { name: /growth 2/i });
    await row.waitFor();
    // The code in full, on one key, and back.
    await press(screen, "q");
    await screen.getByText("Scan, or go to").first().waitFor();
    await press(screen, "Escape");
    await heading(screen, "One word");
    expect(screen.wrongs).toEqual([]);
    await screen.context().close();
  });

  test("two presses of next skip nothing", async () => {
    const event = await createEvent(server, [
      { ...POLL, title: "One", config: { ...POLL.config, question: "One" } },
      { ...POLL, title: "Two", config: { ...POLL.config, question: "Two" } },
      { ...POLL, title: "Three", config: { ...POLL.config, question: "Three" } },
    ]);
    const screen = await openScreen(event);
    for (let time = 0; time < 5; time += 1) await screen.keyboard.press("ArrowRight");
    await heading(screen, "One");
    await press(screen, "ArrowRight");
    await screen.keyboard.press("ArrowRight");
    await heading(screen, "Two");
    await screen.waitForTimeout(500);
    await heading(screen, "Two");
    await screen.context().close();
  });

  test("says so when its key is revoked, and takes a new one in the same tab", async () => {
    const event = await createEvent(server, [POLL]);
    await event.lifecycle(event.activities[0]!, "activate");
    const screen = await openScreen(event);
    const path = { id: event.id, token_id: event.tokenId };
    data(
      await ask(
        server.admin.DELETE("/api/v1/sessions/{id}/runner-tokens/{token_id}", { params: { path } }),
      ),
    );
    // A token is believed for five seconds; something must happen for the screen to ask.
    await screen.waitForTimeout(6_000);
    await event.join(["Ana"]);
    await screen
      .getByRole("heading", { name: "This screen's key no longer works" })
      .waitFor({ timeout: 40_000 });
    const fresh = data(
      await ask(
        server.admin.POST("/api/v1/sessions/{id}/runner-tokens", {
          params: { path: { id: event.id } },
        }),
      ),
    );
    await screen.evaluate((token) => {
      location.hash = token;
    }, fresh.runner_token);
    await heading(screen, "Where to?");
    expect(screen.url()).not.toContain("#");
    // A refresh finds it in the tab; another tab does not.
    await screen.reload();
    await heading(screen, "Where to?");
    const other = await openPage(browser, { viewport: PROJECTOR });
    await other.goto(`${server.url}/run/${event.id}`);
    await other.getByRole("heading", { name: "This screen has no key" }).waitFor();
    await other.context().close();
    await screen.context().close();
  });

  test.each([PROJECTOR, PHONE])("hostile text is harmless at $width", async (viewport) => {
    const script = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const flood = `a${"\u0301".repeat(2)}${"W".repeat(36)}`;
    const options = [script, "\u202eright to left", "👩‍👩‍👧‍👦".repeat(20), "x".repeat(190)];
    const event = await createEvent(
      server,
      [
        {
          type: "poll",
          title: script,
          config: {
            kind: "choice",
            question: `${script} ${"long ".repeat(40)}`,
            options: options.map((label) => ({ label })),
          },
        },
        {
          type: "poll",
          title: "Text",
          config: { kind: "text", question: "Text", max_length: 1000 },
        },
        { ...CLOUD, config: { prompt: "One word", allow_phrases: true, max_length: 50 } },
        POKER,
      ].map((each) => each),
      { name: script, settings: { profanity: "off" } },
    );
    const [poll, text, cloud, poker] = event.activities as [string, string, string, string];
    const screen = await openScreen(event, viewport);
    const people = await event.join([flood, "محمد علي", "Z̧̛a̧̛l̛g̛o", "<b>bold</b>"]);
    await screen.getByText("4 are here").waitFor();
    expect(await overflows(screen)).toBe(false);
    await event.lifecycle(poll, "activate");
    await event.control(poll, { action: "reveal" });
    await screen.getByText(options[3]!).filter({ visible: true }).first().waitFor();
    expect(await overflows(screen)).toBe(false);
    await event.lifecycle(text, "activate");
    await event.control(text, { action: "reveal" });
    const texts = [
      "y".repeat(1000),
      script,
      "e\u0301\u0302\u0303\u0304".repeat(100),
      "ا".repeat(500),
    ];
    for (const [at, person] of people.entries())
      await event.answer(person, text, { text: texts[at] });
    await screen
      .getByText("<img src=x", { exact: false })
      .filter({ visible: true })
      .first()
      .waitFor();
    await progress(screen, "4 of 4 have answered");
    expect(await overflows(screen)).toBe(false);
    await event.lifecycle(cloud, "activate");
    await event.control(cloud, { action: "reveal" });
    for (const [at, person] of people.entries()) {
      await event.answer(person, cloud, {
        words: [["<b>bold</b>"], ["W".repeat(50)], ["مرحبا بالعالم"], ["👩‍👩‍👧‍👦"]][at],
      });
    }
    await progress(screen, "4 of 4 have answered");
    expect(await overflows(screen)).toBe(false);
    await event.lifecycle(poker, "activate");
    await heading(screen, "Export");
    expect(await overflows(screen)).toBe(false);
    expect(await screen.title()).toBe(script);
    expect(screen.wrongs).toEqual([]);
    await screen.context().close();
  });

  test("a bar that was clicked leaves Space to what comes next", async () => {
    const event = await createEvent(server, [POLL]);
    const screen = await openScreen(event);
    await screen.mouse.move(400, 400);
    await screen.getByRole("button", { name: "Large QR code" }).click();
    await screen.getByRole("button", { name: "Small QR code" }).waitFor();
    await press(screen, "Space");
    await screen.getByRole("button", { name: "Reveal" }).waitFor();
    await press(screen, "q");
    await heading(screen, "Where to?");
    // It hides itself, and comes back with the focus.
    await screen.mouse.move(410, 410);
    await screen.locator(".idle").waitFor();
    await screen.keyboard.press("Tab");
    await expect
      .poll(() => screen.evaluate(() => document.activeElement?.closest(".controls") !== null))
      .toBe(true);
    await expect
      .poll(() => screen.locator(".controls").evaluate((bar) => getComputedStyle(bar).opacity))
      .toBe("1");
    await screen.context().close();
  });

  test("on the presenter's phone the control comes first, and the programme does the rest", async () => {
    const event = await createEvent(server, [POLL, CLOUD]);
    const screen = await openScreen(event, PHONE);
    const next = screen.getByRole("button", { name: "Begin: Where to?", exact: true });
    expect((await next.boundingBox())!.y).toBeLessThan(100);
    await screen.getByRole("button", { name: "Programme" }).click();
    await screen.getByRole("button", { name: "Announce: One word" }).click();
    await screen.getByRole("button", { name: "Take back: One word" }).waitFor();
    await screen.getByRole("button", { name: "Start: One word" }).click();
    await screen.getByRole("button", { name: "End: One word" }).waitFor();
    await screen.getByLabel("Announcement").fill("Back at eleven");
    await screen.getByRole("button", { name: "Show", exact: true }).click();
    await screen.getByRole("button", { name: "End: One word" }).click();
    await screen.getByRole("button", { name: "Reopen: One word" }).click();
    await screen.getByRole("button", { name: "Start over: One word" }).click();
    await screen
      .getByRole("dialog", { name: "Start over?" })
      .getByRole("button", { name: "Start over" })
      .click();
    await heading(screen, "One word");
    await screen.getByText("Back at eleven").waitFor();
    expect(await overflows(screen)).toBe(false);
    expect(screen.wrongs).toEqual([]);
    await screen.context().close();
  });
});
