// What a presenter does now and then, by keyboard alone: judging who buzzed, settling on another card,
// hiding and joining words and taking that back, telling everybody something.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser, openPage, press, PROJECTOR, toScreen } from "./support/browser.ts";
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

async function openScreen(event: Event): Promise<Page> {
  const screen = await openPage(browser, { viewport: PROJECTOR });
  await toScreen(screen, event.runnerUrl);
  return screen;
}

/** The name of what has the focus. */
const focused = (screen: Page) =>
  screen.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? element?.textContent?.trim() ?? "";
  });

/** Goes on by Tab until something has the focus, as people do who have no mouse. */
async function tabTo(screen: Page, name: string | RegExp): Promise<void> {
  const tried: string[] = [];
  for (let at = 0; at < 60; at += 1) {
    await screen.keyboard.press("Tab");
    const now = await focused(screen);
    if (typeof name === "string" ? now === name : name.test(now)) return;
    tried.push(now);
  }
  throw new Error(`${name} is not among ${tried.join(" | ")}`);
}

const texts = (screen: Page, list: string) =>
  screen.getByRole("list", { name: list }).locator(".unseen").allTextContents();

test("who buzzed is judged, wrongly at first, and the points are right", async () => {
  const event = await createEvent(server, [
    {
      type: "quiz",
      title: "Quiz",
      config: {
        countdown_s: 0,
        scoring: "flat",
        questions: [
          { kind: "buzzer", prompt: "Who sings this?", time_limit_s: 120 },
          { kind: "buzzer", prompt: "And this?", time_limit_s: 120 },
        ],
      },
    },
  ]);
  const quiz = event.activities[0]!;
  const people = await event.join(["Ana", "Bruno", "Chidi"]);
  await event.lifecycle(quiz, "activate");
  const screen = await openScreen(event);
  await screen.keyboard.press("Space");
  await screen.getByRole("heading", { name: "Who sings this?" }).waitFor();
  for (const person of people) await event.answer(person, quiz, { question: "q1", buzz: true });
  const rows = screen.getByRole("list", { name: "Who buzzed, in order" }).getByRole("listitem");
  await rows.nth(2).waitFor();
  const turn = screen.locator('[aria-current="true"]');
  expect(await turn.textContent()).toContain("Ana");
  // Whose turn it is is wrong; then the next one is asked, and right.
  await screen.keyboard.press("-");
  await turn.filter({ hasText: "Bruno" }).waitFor();
  await rows.first().getByText("wrong", { exact: true }).waitFor();
  await screen.keyboard.press("+");
  await rows.nth(1).getByText("right", { exact: true }).waitFor();
  expect(await turn.count()).toBe(0);
  // Nobody's turn any more: the keys do nothing.
  await screen.keyboard.press("-");
  // Ana was right after all: judged again, by Tab.
  await tabTo(screen, "Right: Ana");
  await screen.keyboard.press("Enter");
  await rows.first().getByText("right", { exact: true }).waitFor();
  await screen.evaluate(() => (document.activeElement as HTMLElement).blur());
  await press(screen, "Space");
  await screen.getByRole("heading", { name: "Fastest" }).waitFor();
  await press(screen, "Space");
  await screen.getByRole("list", { name: "Leaderboard" }).waitFor();
  expect((await texts(screen, "Leaderboard")).sort()).toEqual([
    "1. Ana: 1,000 points",
    "1. Bruno: 1,000 points",
    "3. Chidi: 0 points",
  ]);
  // The next question begins with nobody judged.
  await press(screen, "Space");
  await screen.getByRole("heading", { name: "And this?" }).waitFor();
  await event.answer(people[1]!, quiz, { question: "q2", buzz: true });
  await turn.filter({ hasText: "Bruno" }).waitFor();
  expect(await rows.first().getByText("right", { exact: true }).count()).toBe(0);
  await screen.context().close();
});

test("a table settles on another card, and votes again without having settled", async () => {
  const event = await createEvent(server, [
    { type: "poker", title: "Sprint", config: { stories: [{ title: "Export" }] } },
  ]);
  const poker = event.activities[0]!;
  const people = await event.join(["Ana", "Bruno", "Chidi", "Dana"]);
  const vote = async (cards: string[]) => {
    for (const [at, person] of people.entries()) {
      await event.answer(person, poker, { card: cards[at] });
    }
    await screen.getByRole("progressbar", { name: "4 of 4 have voted" }).waitFor();
  };
  await event.lifecycle(poker, "activate");
  const screen = await openScreen(event);
  await vote(["5", "5", "5", "8"]);
  await screen.keyboard.press("Space");
  await screen.getByRole("main").getByText("Most of you say 5.").waitFor();
  await screen.keyboard.press("s");
  await screen.getByRole("dialog", { name: "Settle on which card?" }).waitFor();
  await tabTo(screen, "Settle on 8");
  await screen.keyboard.press("Enter");
  await screen.getByText("Settled", { exact: true }).waitFor();
  await screen.getByRole("main").getByText("You settled on 8.").waitFor();
  // Once more: two camps have not settled on anything.
  await tabTo(screen, "Vote again");
  await press(screen, "Enter");
  await screen.getByText("Round 2 · Settled on 8 before").waitFor();
  await vote(["3", "3", "13", "13"]);
  await screen.evaluate(() => (document.activeElement as HTMLElement).blur());
  await press(screen, "Space");
  await screen.getByRole("main").getByText("Two camps, 3 and 13", { exact: false }).waitFor();
  expect(await screen.getByText("Settled", { exact: true }).count()).toBe(0);
  await screen.getByRole("button", { name: "Vote again" }).waitFor();
  // Nor for who comes in now.
  await screen.reload();
  await screen.getByRole("main").getByText("Two camps, 3 and 13", { exact: false }).waitFor();
  expect(await screen.getByText("Settled", { exact: true }).count()).toBe(0);
  await screen.context().close();
});

test("words are hidden and joined, and both are taken back after a reload", async () => {
  const event = await createEvent(server, [
    { type: "wordcloud", title: "One word", config: { prompt: "One word", max_words: 5 } },
  ]);
  const cloud = event.activities[0]!;
  const [ana, bruno] = await event.join(["Ana", "Bruno"]);
  await event.lifecycle(cloud, "activate");
  await event.answer(ana!, cloud, { words: ["growth", "coffee", "people"] });
  await event.answer(bruno!, cloud, { words: ["growing", "coffee"] });
  const screen = await openScreen(event);
  await screen.keyboard.press("Space");
  await screen.getByRole("list", { name: "Words", exact: true }).waitFor();
  const shown = async () => (await texts(screen, "Words")).sort();
  const eventually = (words: string[]) => expect.poll(shown).toEqual(words);

  await screen.keyboard.press("w");
  const dialog = screen.getByRole("dialog", { name: "Words" });
  await dialog.waitFor();
  await tabTo(screen, "Hide coffee");
  await screen.keyboard.press("Enter");
  await dialog.getByText("Hidden words (1)").waitFor();
  await tabTo(screen, "Join growing with …");
  await screen.keyboard.press("Enter");
  await tabTo(screen, "Join growing with growth");
  await screen.keyboard.press("Enter");
  await dialog.getByText("Joined words (1)").waitFor();
  await screen.keyboard.press("Escape");
  await eventually(["growth: 2 people", "people: 1 person"]);

  // Another day, another tab: what was done can still be undone.
  await screen.reload();
  await screen.getByRole("list", { name: "Words", exact: true }).waitFor();
  await screen.keyboard.press("w");
  await tabTo(screen, "Joined words (1)");
  await screen.keyboard.press("Enter");
  await tabTo(screen, "Take apart: growing");
  await screen.keyboard.press("Enter");
  await dialog.getByText("Joined words (1)").waitFor({ state: "detached" });
  await tabTo(screen, "Hidden words (1)");
  await screen.keyboard.press("Enter");
  await tabTo(screen, "Show coffee again");
  await screen.keyboard.press("Enter");
  await dialog.getByText("Hidden words (1)").waitFor({ state: "detached" });
  await screen.keyboard.press("Escape");
  await eventually([
    "coffee: 2 people",
    "growing: 1 person",
    "growth: 1 person",
    "people: 1 person",
  ]);
  await screen.context().close();
});

test("an announcement, an activity that is chosen, ended and started over", async () => {
  const poll = (title: string) => ({
    type: "poll",
    title,
    config: { kind: "choice", question: title, options: [{ label: "Yes" }, { label: "No" }] },
  });
  const event = await createEvent(server, [poll("One"), poll("Two")]);
  const screen = await openScreen(event);
  await screen.keyboard.press("p");
  await screen.getByRole("dialog", { name: "Programme" }).waitFor();
  await tabTo(screen, "Start: Two");
  await screen.keyboard.press("Enter");
  await screen.getByRole("button", { name: "End: Two" }).waitFor();
  await screen.getByRole("textbox", { name: "Announcement" }).waitFor();
  for (let at = 0; at < 30; at += 1) {
    await screen.keyboard.press("Tab");
    if (await screen.evaluate(() => document.activeElement?.matches("input:not([type=radio])")))
      break;
  }
  // Letters that are keys elsewhere are letters here.
  await screen.keyboard.type("help q");
  await screen.keyboard.press("Enter");
  await screen.getByRole("button", { name: "Remove" }).waitFor();
  await screen.keyboard.press("Escape");
  await screen.getByRole("heading", { name: "Two" }).waitFor();
  await screen.getByText("help q").waitFor();
  const [ana] = await event.join(["Ana"]);
  await event.answer(ana!, event.activities[1]!, { choices: ["a"] });
  await screen.getByRole("progressbar", { name: "1 of 1 have answered" }).waitFor();
  await screen.keyboard.press("p");
  await tabTo(screen, "Start over: Two");
  await screen.keyboard.press("Enter");
  await screen.getByRole("dialog", { name: "Start over?" }).waitFor();
  await tabTo(screen, "Start over");
  await screen.keyboard.press("Enter");
  await screen.getByRole("progressbar", { name: "0 of 1 have answered" }).waitFor();
  await screen.keyboard.press("p");
  await tabTo(screen, "Remove");
  await screen.keyboard.press("Enter");
  await screen.keyboard.press("Escape");
  await screen.getByText("help q").waitFor({ state: "detached" });
  expect((screen as unknown as { wrongs: string[] }).wrongs).toEqual([]);
  await screen.context().close();
});
