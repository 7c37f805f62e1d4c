// What goes wrong around a participant: networks, servers, other tabs, other people's texts.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { findings, openBrowser, overflows, picture } from "./support/browser.ts";
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

test("an answer given offline waits, and goes off by itself", async () => {
  const session = await createSession(server, [choice()]);
  const poll = session.activities[0]!;
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(poll, "activate");
  await page.getByRole("button", { name: "By the sea" }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "By the sea" }).click();
  await page.getByText("Waiting for connection").waitFor();
  await page.getByText("No connection.").waitFor();
  expect(await page.getByText("Your answer is in").count()).toBe(0);
  await picture(page, "participant-offline");
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "In the mountains" }).click();
  await page.context().setOffline(false);
  await page.getByText("Your answer is in").waitFor();
  expect(await session.results(poll)).toMatchObject({ responses: 1, counts: { a: 0, b: 1 } });
  await expect.poll(() => page.getByText("No connection.").count()).toBe(0);
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});

test("a server that dies and comes back loses nothing, and nobody reloads", async () => {
  const session = await createSession(server, [choice({ max_choices: 4 }), rating()]);
  const [poll, scale] = session.activities as [string, string];
  const pages = await Promise.all([
    joinAs(browser, server, session, "Ana"),
    joinAs(browser, server, session, "Bruno"),
  ]);
  await session.step(poll, "activate");
  const [ana, bruno] = pages;
  await ana.getByRole("button", { name: "By the sea" }).click();
  await ana.getByText("Your answer is in").waitFor();
  let loads = 0;
  for (const page of pages) page.on("load", () => loads++);
  const back = server.restart();
  await bruno.getByRole("button", { name: "In the mountains" }).click();
  await ana.getByRole("button", { name: "A city none of us knows" }).click();
  await back;
  await ana.getByText("Your answer is in").waitFor();
  await bruno.getByText("Your answer is in").waitFor();
  expect(await session.results(poll)).toMatchObject({
    responses: 2,
    counts: { a: 1, b: 1, c: 1, d: 0 },
  });
  await session.step(scale, "activate");
  await ana.getByRole("button", { name: "7", exact: true }).waitFor();
  await bruno.getByRole("button", { name: "7", exact: true }).waitFor();
  expect(loads).toBe(0);
  await Promise.all(pages.map((page) => page.context().close()));
});

test("a second tab is the same person, with the same answer", async () => {
  const session = await createSession(server, [choice()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(session.activities[0]!, "activate");
  await page.getByRole("button", { name: "By the sea" }).click();
  await page.getByText("Your answer is in").waitFor();
  const second = await page.context().newPage();
  await second.goto(`${server.url}/j/${session.code}`);
  await second.getByText("Your answer is in").waitFor();
  expect(
    await second.getByRole("button", { name: "By the sea" }).getAttribute("aria-pressed"),
  ).toBe("true");
  await second.getByRole("button", { name: "You: Marisol" }).click();
  await second.getByRole("button", { name: "Leave the session" }).click();
  await second.getByRole("button", { name: "Leave", exact: true }).click();
  for (const each of [second, page]) {
    await each.getByRole("heading", { name: "All hands, autumn" }).waitFor();
  }
  await page.context().close();
});

const ZALGO = `Z${"\u0335\u0321\u0348\u0301".repeat(4)}algo`;
/** What the server lets participants write of it. */
const MILD = `Z${"\u0335\u0321"}al${"\u0348\u0301"}go`;
const HOSTILE = [
  "<script>window.wrong = 1</script><img src=x onerror='window.wrong=1'>",
  "A".repeat(60),
  "👩‍👩‍👧‍👦🏳️‍🌈🔥🇲🇽",
  "مرحبا بالعالم ‏שלום",
  ZALGO,
];

test("whatever people type is harmless, and breaks no layout at 320 pixels", async () => {
  const options = HOSTILE.map((label, at) => ({ id: `o${at}`, label }));
  const long = "W".repeat(300);
  const session = await createSession(
    server,
    [
      choice({ question: long, options, results: "always" }),
      ranking({ question: HOSTILE[0]!, options, results: "always" }),
      text({ results: "always", max_length: 1000 }),
      wordcloud({ prompt: HOSTILE[3]!, results: "always", max_length: 50 }),
      poker({ stories: [{ title: long }], deck: ["WWWWWWWW", "👩‍👩‍👧‍👦", "مرحبا"] }),
      quiz({
        questions: [
          { kind: "choice", prompt: long, options, correct: ["o0"], explanation: "E".repeat(300) },
        ],
      }),
    ],
    { name: HOSTILE[0]!.repeat(2) },
  );
  const [poll, order, words, cloud, cards, game] = session.activities as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const page = await joinAs(browser, server, session, "W".repeat(40), {
    viewport: { width: 320, height: 568 },
  });
  const isWhole = async (name: string) => {
    await picture(page, `participant-hostile-${name}`);
    expect([name, await overflows(page)]).toEqual([name, false]);
    expect(await page.evaluate(() => "wrong" in window)).toBe(false);
    expect(page.wrongs).toEqual([]);
  };
  await isWhole("lobby");
  await session.announce("A".repeat(280));
  await session.step(poll, "activate");
  await page.getByRole("button", { name: "A".repeat(60) }).click();
  await page.getByText("Your answer is in").waitFor();
  await isWhole("choice");
  await session.announce("");
  await session.step(order, "activate");
  for (let left = HOSTILE.length; left > 0; left--) {
    await page
      .getByRole("button", { name: /^Place / })
      .first()
      .click();
  }
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Your answer is in").waitFor();
  await isWhole("ranking");
  await session.step(words, "activate");
  await page.getByLabel("Your answer").fill("x".repeat(10_000));
  await page.getByText("9,000 characters too many").waitFor();
  for (const line of [...HOSTILE.slice(0, -1), MILD, "x".repeat(1_000)]) {
    await page.getByLabel("Your answer").fill(line);
    await page.getByRole("button", { name: /^Send/ }).click();
    await page.getByText("Your answer is in").waitFor();
    await page.locator(".wall").getByText(line.slice(-2)).first().waitFor();
  }
  const flood = `Z${"\u0335".repeat(300)}`;
  await page.getByLabel("Your answer").fill(flood);
  await page.getByRole("button", { name: /^Send/ }).click();
  await page.getByText("It can't be taken like this").waitFor();
  expect(await page.getByLabel("Your answer").inputValue()).toBe(flood);
  await isWhole("text");
  await session.step(cloud, "activate");
  for (const word of ["W".repeat(50), "<script>", MILD]) {
    await page.getByLabel("A word").fill(word);
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("Your answer is in").waitFor();
  }
  await isWhole("wordcloud");
  await session.step(cards, "activate");
  await page.getByRole("button", { name: "WWWWWWWW", exact: true }).click();
  await page.getByText("Your answer is in").waitFor();
  await isWhole("poker");
  await session.control(cards, { action: "reveal" });
  await page.getByRole("list", { name: "Played cards" }).waitFor();
  await isWhole("poker-revealed");
  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await page.getByRole("button", { name: "A".repeat(60) }).click();
  await page.getByText("Your answer is in").waitFor();
  await session.control(game, { action: "reveal" });
  await page.getByText("Not this time").waitFor();
  await isWhole("quiz");
  await page.context().close();
});
