// A participant's way through a session: in, each kind of answer, and out. What it looks like on the
// way is for the tests of its states.

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

const isIn = (page: Page) => page.getByText("Your answer is in").waitFor();

test("somebody joins by code, with a name that is taken first", async () => {
  const session = await createSession(server, [choice(), quiz()]);
  const ana = await joinAs(browser, server, session, "Ana");
  const page = await openPage(browser);
  await page.goto(`${server.url}/`);
  await page.getByLabel("Code").waitFor();
  await page.getByLabel("Code").fill("12");
  await page.getByRole("button", { name: "Go" }).click();
  await page.getByText("A code has 6 to 8 digits.").waitFor();
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Go" }).click();
  await page.getByText("No session has this code.").waitFor();
  await page.getByLabel("Code").fill(`${session.code.slice(0, 3)} ${session.code.slice(3)}`);
  await page.getByLabel("Code").press("Enter");
  await page.getByRole("heading", { name: "All hands, autumn" }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/j/${session.code}`);
  await page.getByLabel("Your name").fill("ana");
  await page.getByText("Somebody has this name already.").waitFor();
  await page.locator(".suggestions button").first().click();
  await page.getByRole("heading", { name: /^You are in, ana/ }).waitFor();
  await page.getByText("Where should the next offsite be?").or(page.getByText("Offsite")).waitFor();
  await ana.context().close();
  await page.context().close();
});

test("the address of the QR code leads to the session, in Spanish for who reads Spanish", async () => {
  const session = await createSession(server, [choice()], { isOpen: false });
  const { data } = await server.admin.GET("/api/v1/sessions/{id}", {
    params: { path: { id: session.id } },
  });
  const page = await openPage(browser, { locale: "es-MX" });
  await page.goto(server.url + new URL(data?.join_url ?? "").pathname);
  await page.getByLabel("Tu nombre").fill("Marisol");
  await page.getByText("Nadie más lo tiene.").waitFor();
  await page.getByRole("button", { name: "Unirme" }).click();
  await page.getByRole("heading", { name: "Ya estás dentro, Marisol" }).waitFor();
  await page.getByRole("button", { name: "Tú: Marisol" }).click();
  await page.getByLabel("Idioma").selectOption("en");
  await page.getByRole("heading", { name: "You are in, Marisol", includeHidden: true }).waitFor();
  await page.context().close();
});

test("what can't be joined says why", async () => {
  const full = await createSession(server, [choice()], { settings: { max_participants: 1 } });
  const first = await joinAs(browser, server, full, "Ana");
  const page = await openPage(browser);
  await page.goto(`${server.url}/j/${full.code}`);
  await page.getByLabel("Your name").fill("Bruno");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("This session is full.").waitFor();

  const late = await createSession(server, [choice()], { settings: { late_join: false } });
  await late.step(late.activities[0]!, "activate");
  await page.goto(`${server.url}/j/${late.code}`);
  await page.getByLabel("Your name").fill("Bruno");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("This session takes nobody new any more.").waitFor();

  await page.goto(`${server.url}/j/999999`);
  await page.getByText("No session has this code.").waitFor();
  await first.context().close();
  await page.context().close();
});

test("every kind of poll is answered, shown as in when the server has it, and kept over a refresh", async () => {
  const session = await createSession(server, [
    choice(),
    choice({ max_choices: 2, results: "after_answer" }),
    rating({ results: "always" }),
    ranking(),
    text({ results: "always" }),
    choice({ allow_change: false }),
  ]);
  const [one, several, scale, order, words, final] = session.activities as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(one, "activate");
  const sea = page.getByRole("button", { name: "By the sea" });
  await sea.waitFor();
  await sea.click();
  await isIn(page);
  await page.reload();
  await isIn(page);
  expect(await sea.getAttribute("aria-pressed")).toBe("true");
  await page.getByRole("button", { name: "In the mountains" }).click();
  await isIn(page);
  await expect.poll(() => session.results(one)).toMatchObject({ responses: 1, counts: { b: 1 } });
  await session.control(one, { action: "reveal" });
  await page.getByText("1 answer").waitFor();

  await session.step(several, "activate");
  await page.getByText("Choose up to 2").waitFor();
  await sea.click();
  await page.getByRole("button", { name: "A city none of us knows" }).click();
  await isIn(page);
  await expect
    .poll(() => session.results(several))
    .toMatchObject({ responses: 1, counts: { a: 1, c: 1 } });
  await page.getByText("1 answer").waitFor();
  await session.control(several, { action: "lock" });
  await page.getByText("Answers are paused").waitFor();

  await session.step(scale, "activate");
  await page.getByRole("button", { name: "8", exact: true }).click();
  await isIn(page);
  await page.getByText("Mean 8").waitFor();

  await session.step(order, "activate");
  await page.getByRole("button", { name: "Place In the mountains at 1" }).click();
  await page.getByRole("button", { name: "Place By the sea at 2" }).click();
  await page.getByRole("button", { name: "By the sea: up" }).click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await isIn(page);
  await session.control(order, { action: "reveal" });
  await page.getByRole("list", { name: "Results" }).waitFor();
  expect(await session.results(order)).toMatchObject({ first: { a: 1, b: 0 } });

  await session.step(words, "activate");
  await page.getByLabel("Your answer").fill("The   new office\nand the old one");
  await page.getByRole("button", { name: "Send" }).click();
  await isIn(page);
  await page.getByRole("listitem").getByText("The new office and the old one").waitFor();

  await session.step(final, "activate");
  await page.getByText("Once sent, it is final").waitFor();
  await sea.click();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await isIn(page);
  await page.getByText("This is final").waitFor();
  await session.step(final, "expire");
  await page.getByText("Look at the big screen.").waitFor();
  await page.context().close();
});

test("a hand of poker is played, revealed, played again, and settled", async () => {
  const session = await createSession(server, [poker()]);
  const sprint = session.activities[0]!;
  const [page, other] = await Promise.all([
    joinAs(browser, server, session, "Marisol"),
    joinAs(browser, server, session, "Bruno"),
  ]);
  await session.step(sprint, "activate");
  await page.getByRole("heading", { name: "Export the report as a spreadsheet" }).waitFor();
  await page.getByRole("button", { name: "5", exact: true }).click();
  await isIn(page);
  await page.getByText("1 of 2 has played").waitFor();
  await other.getByRole("button", { name: "13", exact: true }).click();
  await isIn(other);
  await session.control(sprint, { action: "reveal" });
  await page.getByRole("list", { name: "Played cards" }).waitFor();

  await session.control(sprint, { action: "revote" });
  await page.getByRole("group", { name: "Your cards" }).waitFor();
  expect(await page.locator('.hand [aria-pressed="true"]').count()).toBe(0);
  await page.getByRole("button", { name: "8", exact: true }).click();
  await other.getByRole("button", { name: "8", exact: true }).click();
  await isIn(page);
  await isIn(other);
  await session.control(sprint, { action: "reveal" });
  await page.getByText("You all say 8.").first().waitFor();
  await page.getByText("1 earlier round").click();
  await session.control(sprint, { action: "accept", estimate: "8" });
  await page.getByText("Settled on 8.").first().waitFor();
  await session.control(sprint, { action: "next" });
  await page.getByRole("heading", { name: "Sign in with the company's account" }).waitFor();
  expect(await page.locator('.hand [aria-pressed="true"]').count()).toBe(0);
  await page.context().close();
  await other.context().close();
});

test("a quiz is played to its end", async () => {
  const session = await createSession(server, [quiz({ countdown_s: 6 })]);
  const game = session.activities[0]!;
  const [page, other] = await Promise.all([
    joinAs(browser, server, session, "Marisol"),
    joinAs(browser, server, session, "Bruno"),
  ]);
  await session.step(game, "activate");
  await page.getByText("The quiz is about to begin.").waitFor();
  await session.control(game, { action: "next" });
  await page.locator(".lead-in").waitFor();
  await page.getByRole("button", { name: "Porto" }).click();
  await isIn(page);
  await other.getByRole("button", { name: "Lisbon" }).click();
  await isIn(other);
  await session.control(game, { action: "reveal" });
  await page.getByText("Right!").waitFor();
  await page.getByText(/^\+[\d,]+ points/).waitFor();
  await page.getByText("Place 1", { exact: true }).waitFor();
  await other.getByText("Not this time").waitFor();
  await other.getByText("Place 2", { exact: true }).waitFor();

  await session.control(game, { action: "redo" });
  // The lead-in comes first; then the same options, to be chosen anew.
  await page.locator(".lead-in").waitFor();
  await page.getByRole("button", { name: "Seville" }).waitFor();
  expect(await page.locator('.choice[aria-pressed="true"]').count()).toBe(0);
  await page.getByRole("button", { name: "Porto" }).click();
  await isIn(page);
  await session.control(game, { action: "reveal" });
  await page.getByText("Right!").waitFor();

  await session.control(game, { action: "next" });
  await page.getByRole("button", { name: "True" }).click();
  await isIn(page);
  await session.control(game, { action: "reveal" });
  await page.getByText("Right!").waitFor();
  await other.getByText("No answer from you").waitFor();

  await session.control(game, { action: "next" });
  await page.getByLabel("Your number").fill("many");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText("Write a number, like 12 or 3.5").waitFor();
  await page.getByLabel("Your number").fill("4 250,5");
  await page.getByRole("button", { name: "Send" }).click();
  await isIn(page);
  await session.control(game, { action: "reveal" });
  await page.getByText("Right!").waitFor();

  await session.control(game, { action: "next" });
  await page.getByRole("button", { name: "Buzz!" }).waitFor();
  await page.getByRole("button", { name: "Buzz!" }).click();
  await page.getByText("You were number 1").waitFor();
  await session.control(game, { action: "reveal" });
  await page.getByRole("list", { name: "Leaderboard" }).waitFor();
  await session.control(game, { action: "next" });
  await page.getByRole("main").getByText("The quiz is over").waitFor();
  await page.context().close();
  await other.context().close();
});

test("words go into the cloud one by one and can be taken back", async () => {
  const session = await createSession(server, [wordcloud({ results: "after_answer" })]);
  const cloud = session.activities[0]!;
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(cloud, "activate");
  await page.getByRole("heading", { name: "This year in a word?" }).waitFor();
  await page.getByLabel("A word").fill("brave calm");
  await page.getByLabel("A word").press("Enter");
  await isIn(page);
  await page.getByLabel("A word").fill("Brave");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("You have that one already").waitFor();
  await page.getByLabel("A word").fill("x".repeat(26));
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("At most 25 characters each").waitFor();
  await page.getByLabel("A word").fill("long");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("That is all you have.").waitFor();
  await page.getByRole("button", { name: "Take back calm" }).click();
  await isIn(page);
  await page.getByRole("list", { name: "What people say" }).waitFor();
  await expect
    .poll(async () => ((await session.results(cloud)) as { distinct: number }).distinct)
    .toBe(2);
  await page.reload();
  await page.getByRole("button", { name: "Take back brave" }).waitFor();
  await page.context().close();
});

test("messages, another name, leaving, being removed, the end", async () => {
  const session = await createSession(server, [choice(), quiz()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(session.activities[0]!, "activate");
  await session.announce("Lunch is served in the garden until two.");
  await page.getByText("Lunch is served").waitFor();
  await page.getByRole("button", { name: "Hide the message" }).click();
  await page.getByRole("button", { name: "Show the message from the host" }).waitFor();

  await page.getByRole("button", { name: "You: Marisol" }).click();
  await page.getByLabel("Your name").fill("Sol");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "You: Sol" }).waitFor();

  await session.rename("Sol", "Soledad");
  await page.reload();
  await page.getByRole("button", { name: "You: Soledad" }).click();
  await page.getByLabel("I only watch").check();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByText("You are only watching").waitFor();

  await page.getByRole("button", { name: "You: Soledad" }).click();
  await page.getByRole("button", { name: "Leave the session" }).click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await page.getByRole("heading", { name: "All hands, autumn" }).waitFor();
  await page.getByLabel("Your name").fill("Marisol");
  await page.getByLabel("Your name").press("Enter");
  await page.locator(".room").waitFor();

  await session.remove("Marisol");
  // Their poll may be held for another 25 s, and longer on a busy machine.
  await page.getByRole("heading", { name: "You were removed" }).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Join again" }).click();
  await page.getByLabel("Your name").fill("Marisol B");
  await page.getByLabel("Your name").press("Enter");
  await page.locator(".room").waitFor();

  await session.complete();
  await page.getByRole("heading", { name: "That was it" }).waitFor();
  await page.getByRole("button", { name: "Use another code" }).click();
  await page.getByLabel("Code").waitFor();
  await page.context().close();
});
