// A whole event with nothing but browsers: an administrator prepares and reports, three people take
// part, the big screen is steered by keyboard. Each sees the numbers that the others make.

import { readFile } from "node:fs/promises";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { LAPTOP, openBrowser, openPage, press, PROJECTOR } from "./support/browser.ts";
import { type Server, startServer } from "./support/server.ts";

type Watched = Awaited<ReturnType<typeof openPage>>;

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const heading = (page: Page, name: string) =>
  page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const progress = (screen: Page, name: string) =>
  screen.getByRole("progressbar", { name, exact: true }).waitFor();
/** What a chart says to who can't see it. */
const says = (screen: Page, list: string) =>
  screen.getByRole("list", { name: list }).locator(".unseen").allTextContents();
const isIn = (page: Page) => page.getByText("Your answer is in").waitFor();

/** Creates the session with all four types in the editor, and opens it. */
async function prepare(admin: Page): Promise<{ code: string; screenLink: string }> {
  const save = async () => {
    await button(admin, "Save").click();
    await admin.getByText("All is saved").waitFor();
  };
  const add = async (type: string, title: string) => {
    await button(admin, type).click();
    await admin.getByLabel("Title", { exact: true }).fill(title);
  };
  await admin.goto(`${server.url}/admin`);
  await admin.getByLabel("Administrator's token", { exact: true }).fill(server.token);
  await admin.keyboard.press("Enter");
  await button(admin, "New session").click();
  await admin.getByRole("dialog").getByLabel("Name", { exact: true }).fill("All hands");
  await admin.keyboard.press("Enter");

  await add("Poll", "Where do we go?");
  await field(admin, "Option A").fill("By the sea");
  await field(admin, "Option B").fill("Up a hill");
  await save();
  await add("Planning poker", "How much work?");
  await admin.getByLabel("Story 1", { exact: true }).fill("Sign in by cookie");
  await save();
  await add("Quiz", "Do you know us?");
  await field(admin, "Question").fill("Where is our office?");
  await field(admin, "Option A").fill("Lisbon");
  await field(admin, "Option B").fill("Porto");
  await admin.getByRole("checkbox", { name: "Right A", exact: true }).check();
  await admin.getByLabel("Countdown before each question (seconds)", { exact: true }).fill("0");
  await save();
  await add("Word cloud", "In a word?");
  await save();

  await button(admin, "Share").click();
  await button(admin, "New link").click();
  const link = admin.getByRole("textbox", { name: "Link for the big screen" });
  await link.waitFor();
  const screenLink = await link.inputValue();
  await admin.keyboard.press("Escape");
  await admin.getByRole("dialog").waitFor({ state: "detached" });
  await button(admin, "Open the session").click();
  const shown = admin.getByText("Nobody is here yet. Share the code.");
  await shown.waitFor();
  const page = await admin.request.get(`${server.url}/api/v1/sessions`);
  const [session] = ((await page.json()) as { items: { code: string }[] }).items;
  return { code: session!.code, screenLink };
}

async function joinByCode(code: string, name: string): Promise<Watched> {
  const page = await openPage(browser);
  await page.goto(`${server.url}/`);
  await page.getByLabel("Code").fill(code);
  await page.getByLabel("Code").press("Enter");
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByRole("heading", { name: new RegExp(`^You are in, ${name}`) }).waitFor();
  return page;
}

/** By the address that the QR code on the screen leads to. */
async function joinByQr(code: string, name: string): Promise<Watched> {
  const page = await openPage(browser);
  await page.goto(`${server.url}/j/${code}`);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByRole("heading", { name: new RegExp(`^You are in, ${name}`) }).waitFor();
  return page;
}

async function joinInSpanish(code: string, name: string): Promise<Watched> {
  const page = await openPage(browser, { locale: "es-MX" });
  await page.goto(`${server.url}/j/${code}`);
  await page.getByLabel("Tu nombre").fill(name);
  await page.getByRole("button", { name: "Unirme" }).click();
  await page.getByRole("heading", { name: `Ya estás dentro, ${name}` }).waitFor();
  return page;
}

async function addWord(page: Page, label: string, word: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(word);
  await page.getByLabel(label, { exact: true }).press("Enter");
}

test("a whole event needs nothing but browsers, and every number is right", async () => {
  const admin = await openPage(browser, { viewport: LAPTOP, acceptDownloads: true });
  const { code, screenLink } = await prepare(admin);
  const screen = await openPage(browser, { viewport: PROJECTOR });
  await screen.goto(screenLink.replace(/^https?:\/\/[^/]*/, server.url));
  await heading(screen, "All hands");

  const ana = await joinByQr(code, "Ana");
  const bruno = await joinByCode(code, "Bruno");
  const carmen = await joinInSpanish(code, "Carmen");
  await screen.getByText("3 are here").waitFor();

  // The poll: Ana refreshes, Bruno answers offline and comes back.
  await press(screen, "Space");
  await heading(screen, "Where do we go?");
  await button(ana, "By the sea").click();
  await isIn(ana);
  await ana.reload();
  await isIn(ana);
  await bruno.getByRole("button", { name: "Up a hill", exact: true }).waitFor();
  await bruno.context().setOffline(true);
  await button(bruno, "Up a hill").click();
  await bruno.getByText("Waiting for connection").waitFor();
  await button(carmen, "By the sea").click();
  await progress(screen, "2 of 3 have answered");
  await bruno.context().setOffline(false);
  await isIn(bruno);
  await progress(screen, "3 of 3 have answered");
  await press(screen, "Space");
  await screen.getByRole("list", { name: "Results" }).waitFor();
  expect(await says(screen, "Results")).toEqual([
    "By the sea: 2 votes, 67%",
    "Up a hill: 1 vote, 33%",
  ]);

  // Planning poker.
  await press(screen, "ArrowRight");
  await heading(screen, "Sign in by cookie");
  for (const [page, card] of [
    [ana, "5"],
    [bruno, "5"],
    [carmen, "8"],
  ] as const) {
    await button(page, card).click();
  }
  await progress(screen, "3 of 3 have voted");
  await press(screen, "Space");
  await screen.getByRole("main").getByText("Most of you say 5.").waitFor();
  expect((await says(screen, "Cards on the table")).sort()).toEqual([
    "Ana: 5",
    "Bruno: 5",
    "Carmen: 8",
  ]);

  // The quiz: two are right, and the leaderboard says so.
  await press(screen, "ArrowRight");
  await heading(screen, "Do you know us?");
  await press(screen, "Space");
  await heading(screen, "Where is our office?");
  await button(ana, "Lisbon").click();
  await isIn(ana);
  await button(bruno, "Porto").click();
  await isIn(bruno);
  await button(carmen, "Lisbon").click();
  await progress(screen, "3 of 3 have answered");
  await press(screen, "Space");
  await screen.getByRole("list", { name: "Results" }).waitFor();
  expect(await says(screen, "Results")).toEqual([
    "Lisbon: 2 votes, 67%. Right answer",
    "Porto: 1 vote, 33%",
  ]);
  await ana.getByText("Right!").waitFor();
  await bruno.getByText("Not this time").waitFor();

  await press(screen, "Space");
  await screen.getByRole("heading", { name: "Leaderboard" }).waitFor();
  await press(screen, "Space");
  await screen.getByRole("heading", { name: "The podium" }).waitFor();
  const podium = (await says(screen, "The podium")).sort();
  expect(podium.map((row) => row.replace(/: .*/, ""))).toEqual(["1. Ana", "2. Carmen"]);

  // The word cloud.
  await press(screen, "Space");
  await heading(screen, "In a word?");
  await addWord(ana, "A word", "Growth");
  await addWord(bruno, "A word", "growth");
  await addWord(carmen, "Una palabra", "café");
  await progress(screen, "3 of 3 have answered");
  await press(screen, "Space");
  await screen.getByRole("list", { name: "Words" }).waitFor();
  expect((await says(screen, "Words")).map((word) => word.toLowerCase()).sort()).toEqual([
    "café: 1 person",
    "growth: 2 people",
  ]);

  // The end, and the report.
  await button(admin, "Complete the session").click();
  await admin
    .getByRole("dialog")
    .getByRole("button", { name: "Complete the session", exact: true })
    .click();
  await admin.getByRole("heading", { name: "Engagement over time" }).waitFor();
  const number = async (name: string) => {
    const box = admin
      .getByRole("main")
      .locator("dl > div", { has: admin.getByText(name, { exact: true }) });
    return (await box.locator("dd").textContent()) ?? "";
  };
  await expect.poll(() => number("Joined")).toBe("3");
  expect([await number("Answered"), await number("Participation")]).toEqual(["3", "100%"]);
  expect(await number("Answers")).toBe("12");
  const rows = JSON.parse((await download(admin, "JSON")).toString()) as { type: string }[];
  const byType = (type: string) => rows.filter((row) => row.type === type).length;
  expect(["poll", "poker", "quiz", "wordcloud"].map(byType)).toEqual([3, 3, 3, 3]);
  const csv = (await download(admin, "CSV")).toString();
  expect(csv.trim().split("\r\n").length).toBe(1 + rows.length);

  for (const page of [admin, screen, ana, bruno, carmen]) {
    expect(page.wrongs).toEqual([]);
    await page.context().close();
  }
}, 300_000);

async function download(admin: Page, name: string): Promise<Buffer> {
  const coming = admin.waitForEvent("download");
  await admin.getByRole("link", { name, exact: true }).click();
  return readFile(await (await coming).path());
}
