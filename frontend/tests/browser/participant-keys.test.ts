// A participant with a keyboard and nothing else.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser, openPage } from "./support/browser.ts";
import { choice, poker, quiz, ranking, rating, text, wordcloud } from "./support/samples.ts";
import { type Server, startServer } from "./support/server.ts";
import { createSession, joinAs } from "./support/session.ts";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Goes on with Tab until the focus is on what has this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const goal = page
    .getByRole("button", { name, exact: true })
    .or(page.getByRole("textbox", { name, exact: true }))
    .or(page.getByRole("checkbox", { name }))
    .first();
  await goal.waitFor();
  for (let presses = 0; presses < 60; presses++) {
    if (await goal.evaluate((element) => element === document.activeElement)) {
      // Whoever sees must see it, too: below nothing that is fixed, and with a ring.
      expect([name, await isSeen(page)]).toEqual([name, true]);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not come to ${name}`);
}

/** Whether what has the focus is marked, and not hidden behind something else. */
function isSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement!;
    const { outlineStyle } = getComputedStyle(element);
    const { left, top, width, height } = element.getBoundingClientRect();
    const upper = document.elementFromPoint(left + width / 2, top + height / 2);
    return (
      outlineStyle !== "none" && (element.contains(upper) || upper?.contains(element) === true)
    );
  });
}

const isIn = (page: Page) => page.getByText("Your answer is in").waitFor();
/** The focus is never lost: it is on something of the page. */
const isSomewhere = (page: Page) =>
  expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);

test("joining, each kind of poll, poker and words by keyboard alone", async () => {
  const session = await createSession(server, [
    choice(),
    choice({ max_choices: 2 }),
    choice({ allow_change: false }),
    rating(),
    ranking(),
    text(),
    poker(),
    wordcloud(),
  ]);
  const [one, several, final, scale, order, words, cards, cloud] = session.activities as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const page = await openPage(browser);
  await page.goto(`${server.url}/`);
  const { keyboard } = page;
  await tabTo(page, "Code");
  await keyboard.type(session.code);
  await keyboard.press("Enter");
  await tabTo(page, "Your name");
  await keyboard.type("Marisol");
  await keyboard.press("Enter");
  await page.locator(".room").waitFor();

  await session.step(one, "activate");
  await tabTo(page, "In the mountains");
  await keyboard.press("Space");
  await isIn(page);
  await isSomewhere(page);
  await tabTo(page, "A city none of us knows");
  await keyboard.press("Enter");
  await isIn(page);
  await expect.poll(() => session.results(one)).toMatchObject({ counts: { b: 0, c: 1 } });

  await session.step(several, "activate");
  await page.getByText("Choose up to 2").waitFor();
  for (const option of ["By the sea", "In the mountains"]) {
    await tabTo(page, option);
    await keyboard.press("Space");
  }
  await isIn(page);
  await expect.poll(() => session.results(several)).toMatchObject({ counts: { a: 1, b: 1 } });

  await session.step(final, "activate");
  await page.getByText("Once sent, it is final").waitFor();
  await tabTo(page, "By the sea");
  await keyboard.press("Enter");
  await tabTo(page, "Send");
  await keyboard.press("Enter");
  await page.getByText("This is final").waitFor();
  await isSomewhere(page);

  await session.step(scale, "activate");
  await tabTo(page, "8");
  await keyboard.press("Enter");
  await isIn(page);

  await session.step(order, "activate");
  await tabTo(page, "Place In the mountains at 1");
  await keyboard.press("Enter");
  // The focus goes on to the next one that is not placed.
  await keyboard.press("Enter");
  await tabTo(page, "Place By the sea at 3");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "By the sea: up" }).focus();
  await keyboard.press("Enter");
  await keyboard.press("Enter");
  await page.getByText("By the sea is at place 1 of 4").waitFor({ state: "attached" });
  await tabTo(page, "Send");
  await keyboard.press("Enter");
  await isIn(page);
  expect(await session.results(order)).toMatchObject({ first: { a: 1 }, responses: 1 });

  await session.step(words, "activate");
  await tabTo(page, "Your answer");
  await keyboard.type("Hello");
  await tabTo(page, "Send");
  await keyboard.press("Enter");
  await isIn(page);

  await session.step(cards, "activate");
  await tabTo(page, "13");
  await keyboard.press("Enter");
  await isIn(page);
  await session.control(cards, { action: "reveal" });
  await page.getByRole("list", { name: "Played cards" }).waitFor();
  await isSomewhere(page);
  await session.control(cards, { action: "revote" });
  await tabTo(page, "8");
  await keyboard.press("Space");
  await isIn(page);

  await session.step(cloud, "activate");
  await tabTo(page, "A word");
  await keyboard.type("calm");
  await keyboard.press("Enter");
  await isIn(page);
  await tabTo(page, "Take back calm");
  await keyboard.press("Enter");
  await page.getByText("You have 3 words left").waitFor();
  await isSomewhere(page);
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});

test("each kind of question of a quiz by keyboard alone", async () => {
  const sample = quiz();
  if (sample.type !== "quiz") throw new Error("no quiz");
  const several = {
    kind: "choice" as const,
    prompt: "What grows in our garden?",
    options: [
      { id: "a", label: "Oranges" },
      { id: "b", label: "Lemons" },
      { id: "c", label: "Bananas" },
    ],
    correct: ["a", "b"],
    time_limit_s: 60,
  };
  const session = await createSession(server, [
    quiz({ questions: [...sample.config.questions!, several] }),
  ]);
  const game = session.activities[0]!;
  const page = await joinAs(browser, server, session, "Marisol");
  const { keyboard } = page;
  await session.step(game, "activate");
  const answers: (() => Promise<void>)[] = [
    async () => {
      await tabTo(page, "Porto");
      await keyboard.press("Enter");
    },
    async () => {
      await tabTo(page, "True");
      await keyboard.press("Space");
    },
    async () => {
      await tabTo(page, "Your number");
      await keyboard.type("4210.5");
      await keyboard.press("Enter");
    },
    async () => {
      await tabTo(page, "Buzz!");
      await keyboard.press("Space");
      await page.getByText("You were number 1").waitFor();
    },
    async () => {
      for (const option of ["Oranges", "Lemons"]) {
        await tabTo(page, option);
        await keyboard.press("Space");
      }
      await tabTo(page, "Send");
      await keyboard.press("Enter");
    },
  ];
  for (const answer of answers) {
    await session.control(game, { action: "next" });
    await answer();
    await isIn(page);
    await isSomewhere(page);
    await session.control(game, { action: "reveal" });
    await page.getByRole("list", { name: "Leaderboard" }).waitFor();
    await isSomewhere(page);
  }
  // The buzzer is not judged; all others are right.
  await page.getByText(/^Right!$/).waitFor();
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});

test("messages, one's own dialog and the way out by keyboard alone", async () => {
  const session = await createSession(server, [choice()]);
  const page = await joinAs(browser, server, session, "Marisol");
  const { keyboard } = page;
  await session.announce("Lunch is served.");
  await tabTo(page, "Hide the message");
  await keyboard.press("Enter");
  await tabTo(page, "Show the message from the host");
  await keyboard.press("Enter");
  await page.getByText("Lunch is served.").waitFor();

  await tabTo(page, "You: Marisol");
  await keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  await expect.poll(focused).toBe("You: Marisol");
  await keyboard.press("Enter");
  await tabTo(page, "I only watch");
  await keyboard.press("Space");
  await page.getByText("Saved").waitFor();
  await tabTo(page, "Leave the session");
  await keyboard.press("Enter");
  await tabTo(page, "Leave");
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "All hands, autumn" }).waitFor();
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});
