// A participant on bad Wi-Fi: replies that are lost, requests that hang, proxies that answer, parts of
// the page that do not come, a clock that is wrong.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser, openPage } from "./support/browser.ts";
import { ANSWERS, INVITATIONS, JOINS, ME, refuse, STATE, swallow } from "./support/refusing.ts";
import { choice, poker, quiz, text, wordcloud } from "./support/samples.ts";
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
const sea = (page: Page) => page.getByRole("button", { name: "By the sea" });

/** The next request reaches the server, and what the server says to it reaches nobody. */
async function loseReply(page: Page, url: RegExp): Promise<{ lost: () => number }> {
  let lost = 0;
  await page.route(url, async (route) => {
    if (lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    await route.abort();
  });
  return { lost: () => lost };
}

const PAGE = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>";

/** What part fails, and how: cut off, with a page of a proxy, or by never coming to an end. */
const PARTS: [string, RegExp, { status: number } | "silence" | null][] = [
  ["a script of the room is cut off", /assets\/Room-[^/]*\.js$/, null],
  ["a proxy has a page for a script of the room", /assets\/Room-[^/]*\.js$/, { status: 502 }],
  ["the room's style is cut off", /assets\/Room-[^/]*\.css$/, null],
  ["the room's style never comes to an end", /assets\/Room-[^/]*\.css$/, "silence"],
  ["a script of the room never comes to an end", /assets\/Room-[^/]*\.js$/, "silence"],
  ["the scripts of all activities are cut off", /assets\/Participant-[^/]*\.js$/, null],
  ["the style of what is chosen is cut off", /assets\/ChoiceBox-[^/]*\.css$/, null],
];

test.each(PARTS)("when %s, it comes by itself once it can", async (_, part, instead) => {
  const session = await createSession(server, [choice()]);
  const page = await openPage(browser);
  let failures = 0;
  await page.route(part, (route) => {
    failures += 1;
    if (instead === "silence") return failures > 1 ? route.continue() : undefined;
    return instead === null
      ? route.abort()
      : route.fulfill({ ...instead, contentType: "text/html", body: PAGE });
  });
  await page.goto(`${server.url}/j/${session.code}`);
  await page.getByLabel("Your name").fill("Marisol");
  await page.getByLabel("Your name").press("Enter");
  await session.step(session.activities[0]!, "activate");
  await expect.poll(() => failures).toBeGreaterThan(0);
  // What is silent stays so: only what is asked for later comes.
  if (instead !== "silence") await page.unroute(part);
  await sea(page).click();
  await isIn(page);
  await page.getByRole("button", { name: "You: Marisol" }).waitFor();
  // It looks as it should, too.
  expect(await sea(page).evaluate((element) => getComputedStyle(element).display)).toBe("grid");
  expect(await page.locator(".head").evaluate((head) => getComputedStyle(head).display)).toBe(
    "grid",
  );
  await page.context().close();
});

test("who joined without hearing of it is the same person at the next try", async () => {
  const session = await createSession(server, [choice()]);
  const page = await openPage(browser);
  await loseReply(page, JOINS);
  await page.goto(`${server.url}/j/${session.code}`);
  await page.getByLabel("Your name").fill("Marisol");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("No answer from the server.").waitFor();
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { name: "You are in, Marisol" }).waitFor();
  await page.getByText("1 person is here").waitFor();
  await page.context().close();
});

test("joining that nobody answers is given up, and the name stays", async () => {
  const session = await createSession(server, [choice()]);
  const page = await openPage(browser);
  await swallow(page, JOINS);
  await page.goto(`${server.url}/j/${session.code}`);
  await page.getByLabel("Your name").fill("Marisol");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("No answer from the server.").waitFor();
  expect(await page.getByLabel("Your name").inputValue()).toBe("Marisol");
  await page.unroute(JOINS);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { name: "You are in, Marisol" }).waitFor();

  const other = await openPage(browser);
  await swallow(other, INVITATIONS);
  await other.goto(`${server.url}/j/${session.code}`);
  await other.getByText("No answer from the server.").waitFor();
  await other.unroute(INVITATIONS);
  await other.getByRole("button", { name: "Try again" }).click();
  await other.getByLabel("Your name").waitFor();
  await Promise.all([page, other].map((each) => each.context().close()));
});

test("an answer whose reply is lost counts once, also where it is final, and so does taking it back", async () => {
  const session = await createSession(server, [
    choice({ max_choices: 2 }),
    choice({ allow_change: false }),
    quiz(),
    wordcloud(),
  ]);
  const [poll, final, game, cloud] = session.activities as [string, string, string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  const losing = async (act: () => Promise<void>) => {
    const { lost } = await loseReply(page, ANSWERS);
    await act();
    await page.getByText("Waiting for connection").waitFor();
    expect(lost()).toBe(1);
  };
  await session.step(poll, "activate");
  await losing(() => sea(page).click());
  await isIn(page);
  expect(await session.results(poll)).toMatchObject({ responses: 1, counts: { a: 1 } });
  await page.unroute(ANSWERS);
  await losing(() => sea(page).click());
  await expect.poll(() => page.getByText("Waiting for connection").count()).toBe(0);
  expect(await session.results(poll)).toMatchObject({ responses: 0 });
  await page.unroute(ANSWERS);

  await session.step(final, "activate");
  await page.getByText("Once sent, it is final").waitFor();
  await sea(page).click();
  await losing(() => page.getByRole("button", { name: "Send" }).click());
  await isIn(page);
  expect(await session.results(final)).toMatchObject({ responses: 1, counts: { a: 1 } });
  await page.unroute(ANSWERS);

  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await losing(() => page.getByRole("button", { name: "Porto" }).click());
  await isIn(page);
  await page.unroute(ANSWERS);

  await session.step(cloud, "activate");
  await page.getByLabel("A word").fill("calm");
  await losing(() => page.getByRole("button", { name: "Add" }).click());
  await isIn(page);
  expect(await session.results(cloud)).toMatchObject({ responses: 1 });
  await page.context().close();
});

/** What stands between a phone and the server may say instead. */
const PROXIES: [string, { status: number; contentType: string; body: string }][] = [
  ["a bad gateway's page", { status: 502, contentType: "text/html", body: PAGE }],
  ["a page to welcome guests", { status: 200, contentType: "text/html", body: "<h1>Wi-Fi</h1>" }],
  ["a page to log in", { status: 401, contentType: "text/html", body: "<h1>Log in</h1>" }],
  ["a page of its own", { status: 404, contentType: "text/html", body: "<h1>Not found</h1>" }],
  [
    "an object of its own",
    { status: 410, contentType: "application/json", body: '{"code":410,"status":410}' },
  ],
];

test.each(PROXIES)("%s from a proxy throws nobody out, and nothing is lost", async (_, instead) => {
  const session = await createSession(server, [choice()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(session.activities[0]!, "activate");
  await sea(page).waitFor();
  for (const url of [STATE, ANSWERS, ME]) await page.route(url, (route) => route.fulfill(instead));
  await sea(page).click();
  await page.getByText("Waiting for connection").waitFor();
  await page.getByText(/^No connection\./).waitFor();
  expect(await sea(page).getAttribute("aria-pressed")).toBe("true");
  for (const url of [STATE, ANSWERS, ME]) await page.unroute(url);
  await isIn(page);
  await expect.poll(() => page.getByText(/^No connection\./).count()).toBe(0);
  expect(await session.results(session.activities[0]!)).toMatchObject({ responses: 1 });
  await page.context().close();
});

/** Every text that the sign of an answer has shown since. */
async function watchSign(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    (window as unknown as { signs: string[] }).signs = seen;
    const note = () => seen.push(document.querySelector(".answer-sign")?.textContent ?? "");
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  return () => page.evaluate(() => (window as unknown as { signs: string[] }).signs);
}

test("answers that come too fast wait as long as the server asks, and are told of only if it lasts", async () => {
  const session = await createSession(server, [choice()]);
  const poll = session.activities[0]!;
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(poll, "activate");
  await sea(page).waitFor();
  const signs = await watchSign(page);
  let refused = 0;
  await page.route(ANSWERS, (route) => {
    if (refused > 0) return route.fallback();
    refused += 1;
    return route.fulfill({
      status: 429,
      headers: { "retry-after": "1" },
      contentType: "application/problem+json",
      body: JSON.stringify({ status: 429, code: "rate_limited", title: "", detail: "" }),
    });
  });
  await sea(page).click();
  await isIn(page);
  expect(refused).toBe(1);
  expect((await signs()).filter((text) => /Waiting|A lot/.test(text))).toEqual([]);
  expect(await session.results(poll)).toMatchObject({ responses: 1, counts: { a: 1 } });
  await page.unroute(ANSWERS);

  await refuse(page, ANSWERS, { status: 429, code: "rate_limited" }, { retryAfterS: 6 });
  await page.getByRole("button", { name: "In the mountains" }).click();
  await page.getByText("A lot is going on here").waitFor();
  await page.unroute(ANSWERS);
  await isIn(page);
  expect(await session.results(poll)).toMatchObject({ responses: 1, counts: { b: 1 } });

  // For real: more taps than the server takes in a second, of which the last one counts.
  await page.evaluate(() => {
    const boxes = [...document.querySelectorAll<HTMLElement>(".choice")];
    for (let tap = 0; tap < 200; tap += 1) boxes[tap % 4]!.click();
  });
  await isIn(page);
  await expect.poll(() => session.results(poll)).toMatchObject({ responses: 1, counts: { d: 1 } });
  await page.context().close();
});

test("after a revote the cards can be played at once, also while nothing else comes", async () => {
  const session = await createSession(server, [poker()]);
  const sprint = session.activities[0]!;
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(sprint, "activate");
  await page.getByRole("button", { name: "5", exact: true }).click();
  await isIn(page);
  // Now it is the server that knows of the card, too.
  await page.reload();
  await isIn(page);
  await session.control(sprint, { action: "reveal" });
  await page.getByRole("list", { name: "Played cards" }).waitFor();
  await swallow(page, ME);
  const signs = await watchSign(page);
  await session.control(sprint, { action: "revote" });
  await page.getByRole("group", { name: "Your cards" }).waitFor();
  expect(await page.locator('.hand [aria-pressed="true"]').count()).toBe(0);
  expect(await signs()).not.toContain("Your answer is in");
  await page.getByRole("button", { name: "8", exact: true }).click();
  await isIn(page);
  expect(await session.results(sprint)).toMatchObject({ voted: 1 });
  await page.unroute(ME);
  await page.reload();
  await isIn(page);
  const eight = page.getByRole("button", { name: "8", exact: true });
  expect(await eight.getAttribute("aria-pressed")).toBe("true");
  await page.context().close();
});

test.each([5, -5])(
  "a phone whose clock is wrong by %i hours plays as all others do",
  async (hours) => {
    const session = await createSession(server, [quiz({ countdown_s: 10 })]);
    const game = session.activities[0]!;
    const page = await openPage(browser);
    await page.addInitScript((shift) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + shift;
    }, hours * 3_600_000);
    await page.goto(`${server.url}/j/${session.code}`);
    await page.getByLabel("Your name").fill("Marisol");
    await page.getByLabel("Your name").press("Enter");
    await page.locator(".room").waitFor();
    await session.step(game, "activate");
    await session.control(game, { action: "next" });
    await page.locator(".lead-in").waitFor();
    const left = page.getByRole("timer").locator(".num");
    expect(Number(await left.textContent())).toBeLessThanOrEqual(10);
    await page.getByRole("button", { name: "Porto" }).waitFor();
    const seconds = Number(await left.textContent());
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThanOrEqual(60);
    await page.getByRole("button", { name: "Porto" }).click();
    await isIn(page);
    await session.control(game, { action: "reveal" });
    await page.getByText("Right!").waitFor();
    await page.context().close();
  },
);

test("where a browser stores nothing all works until the page is closed", async () => {
  const session = await createSession(server, [choice(), text()]);
  const [poll, words] = session.activities as [string, string];
  const page = await openPage(browser);
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("The operation is insecure.", "SecurityError");
        },
      });
    }
  });
  await page.goto(`${server.url}/j/${session.code}`);
  await page.getByLabel("Your name").fill("Marisol");
  await page.getByLabel("Your name").press("Enter");
  await page.locator(".room").waitFor();
  await session.step(poll, "activate");
  await sea(page).waitFor();
  await page.context().setOffline(true);
  await sea(page).click();
  await page.getByText("Waiting for connection").waitFor();
  await page.context().setOffline(false);
  await isIn(page);
  await session.step(words, "activate");
  await page.getByLabel("Your answer").fill("Hello");
  await page.getByRole("button", { name: "Send" }).click();
  await isIn(page);
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});

test("going back and forward leads to the same place, with what was begun", async () => {
  const session = await createSession(server, [text()]);
  const page = await openPage(browser);
  await page.goto(`${server.url}/`);
  await page.getByLabel("Code").fill(session.code);
  await page.getByLabel("Code").press("Enter");
  await page.getByLabel("Your name").fill("Marisol");
  await page.getByLabel("Your name").press("Enter");
  await page.locator(".room").waitFor();
  await session.step(session.activities[0]!, "activate");
  await page.getByLabel("Your answer").fill("Half a sentence");
  await page.goto("about:blank");
  await page.goBack();
  await page.getByLabel("Your answer").waitFor();
  expect(await page.getByLabel("Your answer").inputValue()).toBe("Half a sentence");
  await page.goBack();
  await page.getByLabel("Code").waitFor();
  await page.goForward();
  await page.getByLabel("Your answer").waitFor();
  expect(await page.getByLabel("Your answer").inputValue()).toBe("Half a sentence");
  await page.getByRole("button", { name: "Send" }).click();
  await isIn(page);
  await page.context().close();
});

test("a page that comes back from where the browser froze it asks at once", async () => {
  const session = await createSession(server, [choice(), quiz()]);
  const [poll, game] = session.activities as [string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(poll, "activate");
  await sea(page).waitFor();
  // What was under way when it froze never comes to an end.
  await swallow(page, STATE);
  await swallow(page, ANSWERS);
  await page.evaluate(() =>
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
  );
  await sea(page).click();
  await session.step(game, "activate");
  await page.unroute(STATE);
  await page.unroute(ANSWERS);
  await page.evaluate(() =>
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })),
  );
  await page.getByText("The quiz is about to begin.").waitFor();
  await page.context().close();
});
