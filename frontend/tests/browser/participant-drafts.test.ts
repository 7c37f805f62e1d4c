// What somebody has begun and not sent outlives the page, and no longer than it is of use.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser, openPage } from "./support/browser.ts";
import { ANSWERS, refuse } from "./support/refusing.ts";
import { choice, quiz, ranking, text, wordcloud } from "./support/samples.ts";
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

const isIn = (page: Page) => page.getByText("Your answer is in").waitFor();
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
/** What the tab keeps of what was begun. */
const kept = (page: Page) =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("caja:draft:")));
const keepsNothing = (page: Page) => expect.poll(() => kept(page)).toEqual([]);

test("a name that is being typed", async () => {
  const session = await createSession(server, [choice()]);
  const page = await openPage(browser);
  await page.goto(`${server.url}/j/${session.code}`);
  await page.getByLabel("Your name").fill("Marisol de la Vega");
  await page.reload();
  expect(await page.getByLabel("Your name").inputValue()).toBe("Marisol de la Vega");
  await page.getByText("Nobody else has it.").waitFor();
  await press(page, "Join");
  await page.getByRole("heading", { name: "You are in, Marisol de la Vega" }).waitFor();
  await keepsNothing(page);
  await page.context().close();
});

test("words of one's own, until the server has them", async () => {
  const session = await createSession(server, [text(), choice()]);
  const [words, next] = session.activities as [string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  const field = page.getByLabel("Your answer");
  await session.step(words, "activate");
  await field.fill("The new office,\nand 🏳️‍🌈 the old");
  await page.reload();
  await field.waitFor();
  expect(await field.inputValue()).toBe("The new office,\nand 🏳️‍🌈 the old");
  await press(page, "Send");
  await isIn(page);
  await keepsNothing(page);
  await page.reload();
  await isIn(page);
  expect(await field.inputValue()).toBe("The new office, and 🏳️‍🌈 the old");

  await field.fill("Something better");
  await page.reload();
  await field.waitFor();
  expect(await field.inputValue()).toBe("Something better");
  // The host starts again while somebody is writing.
  await session.control(words, { action: "reset" });
  await page.getByRole("button", { name: "Send", exact: true }).waitFor();
  expect(await field.inputValue()).toBe("Something better");
  await session.step(next, "activate");
  await page.getByRole("button", { name: "By the sea" }).waitFor();
  await keepsNothing(page);
  await page.context().close();
});

test("an order, a number, several options, a word", async () => {
  const session = await createSession(server, [
    ranking(),
    choice({ allow_change: false, max_choices: 2 }),
    wordcloud(),
    quiz({
      questions: [
        {
          kind: "numeric",
          prompt: "How many coffees did we drink?",
          correct: { value: 42, tolerance: 0 },
          time_limit_s: 120,
        },
      ],
    }),
  ]);
  const [order, final, cloud, game] = session.activities as [string, string, string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(order, "activate");
  await press(page, "Place In the mountains at 1");
  await page.reload();
  await page.getByRole("button", { name: "In the mountains: take out" }).waitFor();
  await press(page, "Place By the sea at 2");
  await press(page, "Send");
  await isIn(page);
  await keepsNothing(page);

  await session.step(final, "activate");
  await page.getByText("Once sent, it is final").waitFor();
  const sea = page.getByRole("button", { name: "By the sea" });
  await sea.click();
  await page.reload();
  await sea.waitFor();
  expect(await sea.getAttribute("aria-pressed")).toBe("true");
  await press(page, "Send");
  await page.getByText("This is final").waitFor();
  await keepsNothing(page);

  await session.step(cloud, "activate");
  await page.getByLabel("A word").fill("brave");
  await page.reload();
  await page.getByLabel("A word").waitFor();
  expect(await page.getByLabel("A word").inputValue()).toBe("brave");
  await press(page, "Add");
  await isIn(page);
  await keepsNothing(page);

  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await page.getByLabel("Your number").fill("42");
  await page.reload();
  await page.getByLabel("Your number").waitFor();
  expect(await page.getByLabel("Your number").inputValue()).toBe("42");
  await press(page, "Send");
  await isIn(page);
  await keepsNothing(page);
  await page.context().close();
});

test("a word that is refused comes back, to be written better", async () => {
  const session = await createSession(server, [wordcloud()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(session.activities[0]!, "activate");
  await page.getByLabel("A word").fill("calm");
  await press(page, "Add");
  await isIn(page);
  await refuse(page, ANSWERS, { status: 422, code: "text_rejected" });
  await page.getByLabel("A word").fill("scoundrel");
  await press(page, "Add");
  await page.getByText("These words are not allowed here").waitFor();
  await expect.poll(() => page.getByLabel("A word").inputValue()).toBe("scoundrel");
  expect(await page.getByRole("list", { name: "Your words" }).textContent()).toBe("calm");
  await page.context().close();
});

test("who leaves takes it along", async () => {
  const session = await createSession(server, [text()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(session.activities[0]!, "activate");
  await page.getByLabel("Your answer").fill("For nobody else's eyes");
  expect(await kept(page)).toHaveLength(1);
  await page.getByRole("button", { name: "You: Marisol" }).click();
  await press(page, "Leave the session");
  await press(page, "Leave");
  await page.getByLabel("Your name").waitFor();
  await keepsNothing(page);
  await page.context().close();
});
