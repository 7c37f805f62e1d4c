// A participant's devices: two tabs, two phones at a buzzer, a screen that must not go dark, and one
// that may not come back.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser, openPage } from "./support/browser.ts";
import { choice, quiz, wordcloud } from "./support/samples.ts";
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

test("who is banned stays outside, whatever they press; who is only removed may come again", async () => {
  const session = await createSession(server, [choice()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.remove("Marisol");
  await press(page, "Join again");
  const comeAs = async (name: string) => {
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("Your name").press("Enter");
  };
  await comeAs("Marisol B");
  await page.getByRole("heading", { name: "You are in, Marisol B" }).waitFor();

  await session.remove("Marisol B", { ban: true });
  await page.getByRole("heading", { name: "You were removed" }).waitFor();
  await press(page, "Join again");
  await comeAs("Somebody else");
  await page.getByText("You can't join this session.").waitFor();
  await page.reload();
  await comeAs("Another one");
  await page.getByText("You can't join this session.").waitFor();
  await press(page, "Use another code");
  await page.getByLabel("Code").fill(session.code);
  await page.getByLabel("Code").press("Enter");
  await comeAs("Yet another");
  await page.getByText("You can't join this session.").waitFor();
  await page.context().close();
});

test("what one tab answers and changes, the other shows, without asking anew", async () => {
  const session = await createSession(server, [choice(), wordcloud(), quiz()]);
  const [poll, cloud, game] = session.activities as [string, string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  const second = await page.context().newPage();
  await second.goto(`${server.url}/j/${session.code}`);
  await second.locator(".room").waitFor();
  const sea = (tab: Page) => tab.getByRole("button", { name: "By the sea" });
  const isSea = (tab: Page, isPressed: boolean) =>
    expect.poll(() => sea(tab).getAttribute("aria-pressed")).toBe(String(isPressed));
  await session.step(poll, "activate");
  await sea(page).click();
  await isIn(second);
  await isSea(second, true);
  await press(second, "In the mountains");
  await isSea(page, false);
  await isIn(page);
  expect(await session.results(poll)).toMatchObject({ responses: 1, counts: { b: 1 } });

  await session.step(cloud, "activate");
  await page.getByLabel("A word").fill("calm");
  await press(page, "Add");
  await second.getByRole("button", { name: "Take back calm" }).waitFor();
  await second.getByLabel("A word").fill("brave");
  await press(second, "Add");
  await page.getByRole("button", { name: "Take back brave" }).waitFor();
  await page.getByRole("button", { name: "Take back calm" }).waitFor();

  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await press(page, "Porto");
  await isIn(second);
  await page.context().close();
});

test("the first to buzz is number 1, the next number 2, and a refresh changes nothing", async () => {
  const session = await createSession(server, [
    quiz({ questions: [{ kind: "buzzer", prompt: "Who sings this?", time_limit_s: 120 }] }),
  ]);
  const game = session.activities[0]!;
  const [ana, bruno] = await Promise.all([
    joinAs(browser, server, session, "Ana"),
    joinAs(browser, server, session, "Bruno"),
  ]);
  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await press(ana, "Buzz!");
  await ana.getByText("You were number 1").waitFor();
  await press(bruno, "Buzz!");
  await bruno.getByText("You were number 2").waitFor();
  await bruno.reload();
  await bruno.getByText("You were number 2").waitFor();

  const participant_id = await session.participant("Ana");
  await session.control(game, { action: "judge", participant_id, correct: true });
  await session.control(game, { action: "reveal" });
  await ana.getByText("Right!").waitFor();
  await bruno.getByText("Not this time").waitFor();

  await session.control(game, { action: "redo" });
  await bruno.getByRole("button", { name: "Buzz!", exact: true }).waitFor();
  expect(await bruno.getByText("You were number").count()).toBe(0);
  await press(bruno, "Buzz!");
  await bruno.getByText("You were number 1").waitFor();
  await Promise.all([ana, bruno].map((page) => page.context().close()));
});

test("the screen stays on while a quiz runs, and no longer", async () => {
  const session = await createSession(server, [choice(), quiz()]);
  const [poll, game] = session.activities as [string, string];
  const page = await openPage(browser);
  await page.addInitScript(() => {
    const held = new Set<object>();
    (window as unknown as { held: Set<object> }).held = held;
    const request = async () => {
      const lock = { release: async () => void held.delete(lock) };
      held.add(lock);
      return lock;
    };
    Object.defineProperty(navigator, "wakeLock", { value: { request } });
  });
  const locks = () =>
    expect.poll(() => page.evaluate(() => (window as unknown as { held: Set<object> }).held.size));
  await page.goto(`${server.url}/j/${session.code}`);
  await page.getByLabel("Your name").fill("Marisol");
  await page.getByLabel("Your name").press("Enter");
  await page.locator(".room").waitFor();
  await locks().toBe(0);
  await session.step(poll, "activate");
  await page.getByRole("button", { name: "By the sea" }).waitFor();
  await locks().toBe(0);
  await session.step(game, "activate");
  await page.getByText("The quiz is about to begin.").waitFor();
  await locks().toBe(1);
  await session.control(game, { action: "next" });
  await press(page, "Porto");
  await isIn(page);
  // The page is seen again, and asks again; it must not hold two.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await session.control(game, { action: "reveal" });
  await page.getByText("Right!").waitFor();
  await locks().toBe(1);
  await session.step(game, "expire");
  await page.getByRole("main").getByText("The quiz is over").waitFor();
  await locks().toBe(0);
  await page.context().close();
});
