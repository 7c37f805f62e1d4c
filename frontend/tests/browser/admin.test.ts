// The administrator's page, from signing in to the downloads.

import { readFile } from "node:fs/promises";

import type { Browser, Locator, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import { LAPTOP, openBrowser, openPage, typeHere } from "./support/browser.ts";
import { done, join, type Person } from "./support/people.ts";
import { type Server, startServer } from "./support/server.ts";

let server: Server;
let browser: Browser;
let page: Page & { wrongs: string[] };
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  page = await openPage(browser, { viewport: LAPTOP, acceptDownloads: true });
  page.setDefaultTimeout(30_000);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole("button", { name, exact: typeof name === "string" });
const heading = (name: string) => page.getByRole("heading", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const said = (text: string) => page.getByText(text, { exact: true }).first().waitFor();
const main = () => page.getByRole("main");

async function addActivity(type: string, title: string): Promise<void> {
  await button(type).click();
  await page.getByLabel("Title", { exact: true }).fill(title);
}

async function save(): Promise<void> {
  await button("Save").click();
  await page.getByText("All is saved").waitFor();
}

let session: string;
const activity: Record<string, string> = {};

test("who has no token is asked for it, and a wrong one is refused in words", async () => {
  await page.goto(`${server.url}/admin`);
  await heading("Sign in").waitFor();
  await page.getByLabel("Administrator's token", { exact: true }).fill("wrong");
  await button("Sign in").click();
  await page.getByText("This token is not valid.", { exact: false }).waitFor();
});

/** Where somebody is who does not see the page. */
async function isAt(name: string, title: string): Promise<void> {
  const here = () => page.evaluate(() => [document.activeElement?.textContent, document.title]);
  await expect.poll(here).toEqual([name, title]);
}

test("signing in leaves no token in the page", async () => {
  await page.getByLabel("Administrator's token", { exact: true }).fill(server.token);
  await page.keyboard.press("Enter");
  await page.getByText("Signed in as admin").waitFor();
  await page.getByText("No sessions yet").waitFor();
  await isAt("Sessions", "Sessions · Caja");
  const kept = await page.evaluate(() =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      document.documentElement.outerHTML,
      location.href,
    ]),
  );
  expect(kept).not.toContain(server.token);
  await page.reload();
  await page.getByText("Signed in as admin").waitFor();
});

test("a session needs a name", async () => {
  await button("New session").click();
  await button("Create", dialog()).click();
  await dialog().getByText("Write something here: 1 to 200 characters.").waitFor();
  await dialog().getByLabel("Name", { exact: true }).fill("All hands");
  await page.keyboard.press("Enter");
  await heading("All hands").waitFor();
  await page.getByText("No activities yet").waitFor();
  await isAt("All hands", "Prepare · All hands · Caja");
  session = /sessions\/([\w-]+)/.exec(page.url())![1]!;
});

test("what the server refuses is said at its field and leads there", async () => {
  await addActivity("Poll", "Where do we go?");
  await button("Save").click();
  await page.getByText("Not saved yet. Please look at:").waitFor();
  const option = page.getByRole("textbox", { name: "Option A", exact: true });
  await expect.poll(() => option.getAttribute("aria-invalid")).toBe("true");
  await expect.poll(() => option.evaluate((input) => input === document.activeElement)).toBe(true);
  await option.fill("By the sea");
  await page.getByRole("textbox", { name: "Option B", exact: true }).fill("Up a hill");
  await button("Add option").click();
  await typeHere(page, "To the city");
  await page.getByLabel("Participants see the results", { exact: true }).selectOption("always");
  // The phone shows it as it is typed.
  await page.getByRole("region", { name: "On the phone" }).getByText("To the city").waitFor();
  await save();
});

test("all four types are written in their editors", async () => {
  await addActivity("Planning poker", "How much work?");
  await page.getByLabel("Story 1", { exact: true }).fill("Sign in by cookie");
  await button("Add story").click();
  await typeHere(page, "Show the report");
  await save();

  await addActivity("Quiz", "Do you know us?");
  await page.getByRole("textbox", { name: "Question", exact: true }).fill("Where is our office?");
  await page.getByRole("textbox", { name: "Option A", exact: true }).fill("Lisbon");
  await page.getByRole("textbox", { name: "Option B", exact: true }).fill("Porto");
  await page.getByRole("checkbox", { name: "Right A", exact: true }).check();
  await button("Add question").click();
  const second = page.getByRole("group", { name: "Question 2" });
  await second.getByRole("textbox", { name: "Question", exact: true }).fill("How many are we?");
  await second.getByLabel("Kind", { exact: true }).selectOption("numeric");
  await second.getByLabel("Right answer", { exact: true }).fill("42");
  await page.getByLabel("Countdown before each question (seconds)", { exact: true }).fill("0");
  await save();

  await addActivity("Word cloud", "In a word?");
  await save();
  await addActivity("Poll", "What should change?");
  await page.getByLabel("Kind", { exact: true }).selectOption("text");
  await page.getByLabel("Anonymous", { exact: true }).uncheck();
  await save();
  expect(await titles()).toEqual([
    "Where do we go?",
    "How much work?",
    "Do you know us?",
    "In a word?",
    "What should change?",
  ]);
});

async function titles(): Promise<string[]> {
  const { activities } = await done(
    ask(server.admin.GET("/api/v1/sessions/{id}", { params: { path: { id: session } } })),
  );
  for (const { id, title } of activities) activity[title] = id;
  return activities.map(({ title }) => title);
}

test("the order is changed by keyboard, and the focus stays with what moves", async () => {
  await button("Move In a word? up").focus();
  await page.keyboard.press("Enter");
  await expect
    .poll(titles)
    .toEqual([
      "Where do we go?",
      "How much work?",
      "In a word?",
      "Do you know us?",
      "What should change?",
    ]);
  await page.getByText("In a word? is now number 3 of 5").waitFor({ state: "attached" });
  const focused = () =>
    page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  await expect.poll(focused).toBe("Move In a word? up");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await titles())[1]).toBe("In a word?");
});

test("no press is lost where they come faster than the server answers", async () => {
  const down = button("Move In a word? down");
  await down.focus();
  for (let turn = 0; turn < 3; turn += 1) await page.keyboard.press("Enter");
  await expect.poll(async () => (await titles())[4]).toBe("In a word?");
  await button("Move In a word? up").focus();
  for (let turn = 0; turn < 3; turn += 1) await page.keyboard.press("Enter");
  await expect.poll(async () => (await titles())[1]).toBe("In a word?");
});

test("an activity is duplicated and deleted after one question", async () => {
  await button("Duplicate In a word?").click();
  await page.getByRole("button", { name: /^In a word\? \(copy\)/ }).waitFor();
  await button("Delete In a word? (copy)").click();
  await heading("Delete this activity?").waitFor();
  await button("Delete", dialog()).click();
  await expect.poll(async () => (await titles()).length).toBe(5);
});

test("what is not saved stays while one looks elsewhere, and closing the page asks", async () => {
  await page.getByRole("button", { name: /^Where do we go\?/ }).click();
  await page.getByLabel("Title", { exact: true }).fill("Where do we all go?");
  await page.getByRole("link", { name: "Report" }).click();
  await heading("Engagement over time").waitFor();
  await isAt("All hands", "Report · All hands · Caja");
  await page.getByRole("link", { name: "Prepare" }).click();
  await page.getByText("Changes not saved").waitFor();
  expect(await page.getByLabel("Title", { exact: true }).inputValue()).toBe("Where do we all go?");
  const asked = new Promise<string>((resolve) =>
    page.once("dialog", (asks) => {
      resolve(asks.type());
      void asks.dismiss();
    }),
  );
  await page.close({ runBeforeUnload: true });
  expect(await asked).toBe("beforeunload");
});

test("somebody else's change is said in words, and no version is lost", async () => {
  const path = { id: session, aid: activity["Where do we go?"]! };
  await done(
    ask(
      server.admin.PATCH("/api/v1/sessions/{id}/activities/{aid}", {
        params: { path },
        body: { title: "Where to?" },
      }),
    ),
  );
  await button("Save").click();
  await page
    .getByText("Somebody else has changed this activity meanwhile.", { exact: false })
    .waitFor();
  expect(await page.getByLabel("Title", { exact: true }).inputValue()).toBe("Where do we all go?");
  await button("Keep mine").click();
  await save();
  expect((await titles())[0]).toBe("Where do we all go?");
});

test("settings are changed, and what does not fit is said", async () => {
  await button("Settings").click();
  await dialog().getByLabel("Participants at most", { exact: true }).fill("0");
  await button("Save", dialog()).click();
  await dialog()
    .getByText("Must be between 1 and 200,000.")
    .or(dialog().getByText("Must be between 1 and 200000."))
    .waitFor();
  await dialog().getByLabel("Participants at most", { exact: true }).fill("6000");
  await dialog().getByLabel("Rude words", { exact: true }).selectOption("review");
  await button("Save", dialog()).click();
  await dialog().waitFor({ state: "detached" });
});

let people: Person[];

test("links for the big screen are made, shown once, and revoked", async () => {
  await button("Share").click();
  await dialog().getByText("There is no link yet.").waitFor();
  await button("New link").click();
  const link = dialog().getByRole("textbox", { name: "Link for the big screen" });
  await link.waitFor();
  expect(await link.inputValue()).toMatch(new RegExp(`/run/${session}#cr_`));
  await expect
    .poll(() =>
      dialog()
        .locator("img")
        .evaluate((image) => (image as HTMLImageElement).naturalWidth),
    )
    .toBeGreaterThan(0);
  await button(/^Revoke: Link/).click();
  await page
    .getByRole("dialog", { name: "Revoke this link?" })
    .getByRole("button", { name: "Revoke", exact: true })
    .click();
  await dialog().getByText("There is no link yet.").waitFor();
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
});

test("the session is opened, and people come", async () => {
  await button("Open the session").click();
  await page.getByText("Nobody is here yet. Share the code.").waitFor();
  people = await Promise.all(["Ada", "Grace", "Edsger"].map((name) => join(server, session, name)));
  await page.getByText("3 participants, ", { exact: false }).waitFor();
  await button("Edit Ada").waitFor();
});

const now = () => page.getByRole("region", { name: "Now" });

/** Starts one while another runs, which ends that: so it asks. */
async function startNext(name: string): Promise<void> {
  await button(`Start ${name}`).click();
  await button("End it and start", dialog()).click();
}

test("a poll is steered from the control room", async () => {
  await button("Start Where do we all go?").click();
  await now().getByText("Open for answers").waitFor();
  const id = activity["Where do we all go?"]!;
  const [ada, grace, edsger] = people;
  await ada!.answer(id, { choices: ["a"] });
  await grace!.answer(id, { choices: ["a"] });
  await edsger!.answer(id, { choices: ["b"] });
  await now().getByText("By the sea: 2 votes, 67%").waitFor({ state: "attached" });
  await button("Pause answers").click();
  await now().getByText("Answers paused").waitFor();
  await button("Go on answering").click();
  await button("Reveal", now()).click();
  await now().getByText("Results shown to all").waitFor();
  await button("End Where do we all go?").click();
  await now().getByText("Ended").waitFor();
  await button("Reopen Where do we all go?").click();
  await now().getByText("Open for answers").waitFor();
});

test("what is running ends only after a question", async () => {
  await button("Hide results").click();
  await button("Reveal", now()).waitFor();
  await button("Start How much work?").click();
  await heading("End what is running?").waitFor();
  await button("Cancel", dialog()).click();
  await now().getByText("Open for answers").waitFor();
});

test("poker is revealed, settled and goes on", async () => {
  await startNext("How much work?");
  await now().getByText("Voting").waitFor();
  const id = activity["How much work?"]!;
  const [ada, grace, edsger] = people;
  await ada!.answer(id, { card: "5" });
  await grace!.answer(id, { card: "5" });
  await edsger!.answer(id, { card: "8" });
  await now().getByText("3 of 3 voted").waitFor();
  await button("Reveal", now()).click();
  await now().getByText("Agreement 67%").waitFor();
  await now().getByText("Proposed: 5").waitFor();
  await button("Settle on it").click();
  await now().getByText("Estimate 5").waitFor();
  await button("Next story").click();
  await now().getByText("2 of 2").waitFor();
});

test("a quiz is asked, revealed and finished", async () => {
  await startNext("Do you know us?");
  await now().getByText("Ready to begin").waitFor();
  const id = activity["Do you know us?"]!;
  const [ada, grace] = people;
  await button("First question").click();
  await now().getByText("1 of 2").waitFor();
  await ada!.answer(id, { question: "q1", choices: ["a"] });
  await grace!.answer(id, { question: "q1", choices: ["b"] });
  await now().getByText("2 of 3 answered").waitFor();
  await button("Reveal", now()).click();
  await now().getByText("Lisbon: 1 vote, 50%. Right answer").waitFor({ state: "attached" });
  await now().getByRole("table", { name: "Leaderboard" }).getByText("Ada").waitFor();
  await button("Next question").click();
  await now().getByText("2 of 2").waitFor();
  await ada!.answer(id, { question: "q2", value: 42 });
  await button("Reveal", now()).click();
  await now().getByText("Right answer: 42").waitFor();
  await button("Finish the quiz").click();
  await now().getByText("Finished").waitFor();
});

test("words are hidden and merged", async () => {
  await button("Start In a word?").click();
  const id = activity["In a word?"]!;
  const [ada, grace, edsger] = people;
  await ada!.answer(id, { words: ["calm", "quick"] });
  await grace!.answer(id, { words: ["calm"] });
  await edsger!.answer(id, { words: ["quiet"] });
  await now().getByText("quiet: 1 vote", { exact: false }).waitFor({ state: "attached" });
  await now().getByText("Hide and merge words").click();
  await button("Hide quick", now()).click();
  await now().getByText("quick: 1 vote", { exact: false }).waitFor({ state: "detached" });
  await now().getByLabel("This word", { exact: true }).fill("quiet");
  await now().getByLabel("counts for this one", { exact: true }).fill("calm");
  await button("Merge", now()).click();
  await now().getByText("calm: 3 votes", { exact: false }).waitFor({ state: "attached" });
});

test("a held text is approved or hidden", async () => {
  await startNext("What should change?");
  await now().getByText("What should change?").waitFor();
  const id = activity["What should change?"]!;
  const [ada, grace, edsger] = people;
  await ada!.answer(id, { text: "this is fucking slow" });
  await grace!.answer(id, { text: "more shit coffee" });
  await edsger!.answer(id, { text: "more light" });
  await now().getByText("more light").waitFor();
  expect(await now().getByText("shit").count()).toBe(0);
  await page.getByRole("link", { name: /Moderation/ }).click();
  await button("Approve this is fucking slow").waitFor();
  await button("Approve this is fucking slow").click();
  await now().getByText("this is fucking slow").waitFor();
  await button("Hide more shit coffee").click();
  await page.getByText("Nothing waits.").waitFor();
  expect(await now().getByText("coffee").count()).toBe(0);
});

test("the screen is set and a message shown to all", async () => {
  await page.getByRole("link", { name: "Screen" }).click();
  await page.getByLabel("QR code", { exact: true }).selectOption("full");
  await page.getByLabel("Text", { exact: true }).fill("Lunch at noon");
  await button("Show message").click();
  await button("Take it away").waitFor();
  const state = await done(
    ask(server.admin.GET("/api/v1/sessions/{id}/state", { params: { path: { id: session } } })),
  );
  expect([state.announcement, state.screen?.qr]).toEqual(["Lunch at noon", "full"]);
});

test("people are renamed, and removed after one question", async () => {
  await page.getByRole("link", { name: "People" }).click();
  await button("Edit Ada").click();
  await dialog().getByLabel("Name", { exact: true }).fill("Grace");
  await button("Save", dialog()).click();
  await dialog().getByText("Somebody has this name already. Take another.").waitFor();
  await dialog().getByLabel("Name", { exact: true }).fill("Ada L.");
  await button("Save", dialog()).click();
  await button("Edit Ada L.").waitFor();
  await button("Remove Edsger").click();
  await dialog().getByLabel("Erase what they wrote", { exact: true }).check();
  await button("Remove and erase", dialog()).click();
  await button("Remove Edsger").waitFor({ state: "detached" });
  const gone = await ask(
    people[2]!.api.GET("/api/v1/sessions/{id}/me", { params: { path: { id: session } } }),
  );
  expect(gone.ok ? "here" : gone.problem.code).toBe("removed");
});

test("without a network a small sign says so, and the picture stays", async () => {
  await page.context().setOffline(true);
  await page.getByText("No connection.", { exact: false }).first().waitFor();
  await now().getByText("What should change?").waitFor();
  await page.context().setOffline(false);
  await page.getByText("No connection.", { exact: false }).first().waitFor({ state: "detached" });
});

test("the control room goes on after signing in again", async () => {
  // It is the press that is answered first, not the page's next look at the session.
  const looks = (route: Route) =>
    route.request().method() === "GET" ? route.abort() : route.continue();
  await page.route("**/api/**", looks);
  await page.context().clearCookies();
  await button("Pause answers").click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.waitFor();
  await page.keyboard.press("Escape");
  await again.waitFor({ state: "detached" });
  await button("Pause answers").click();
  await again.waitFor();
  await page.unroute("**/api/**", looks);
  await again.getByLabel("Administrator's token", { exact: true }).fill(server.token);
  await button("Sign in", again).click();
  await again.waitFor({ state: "detached" });
  // What was pressed is done now, without pressing it again.
  await now().getByText("Answers paused").waitFor();
});

test("completing asks once, and the report's numbers are right", async () => {
  await button("Complete the session").click();
  await heading("Complete the session?").waitFor();
  await button("Complete the session", dialog()).click();
  await heading("Engagement over time").waitFor();
  const number = async (name: string) => {
    const box = main().locator("dl > div", { has: page.getByText(name, { exact: true }) });
    return (await box.locator("dd").textContent()) ?? "";
  };
  await expect.poll(() => number("Joined")).toBe("3");
  expect(await number("Answered")).toBe("3");
  expect(await number("Participation")).toBe("100%");
  const summary = await done(
    ask(server.admin.GET("/api/v1/sessions/{id}/summary", { params: { path: { id: session } } })),
  );
  const all = summary.activities.reduce((sum, { responses }) => sum + responses, 0);
  expect(await number("Answers")).toBe(String(all));
  const quiz = page.getByRole("article", { name: "Do you know us?" });
  await quiz.getByText("Lisbon: 1 vote, 50%. Right answer").waitFor({ state: "attached" });
});

test.each([
  ["CSV", "text/csv", /\.csv$/],
  ["Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", /\.xlsx$/],
  ["JSON", "application/json", /\.json$/],
])("the %s download comes as such", async (name, type, file) => {
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name, exact: true }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(file);
  const bytes = await readFile(await download.path());
  expect(bytes.length).toBeGreaterThan(100);
  const address = download.url();
  const response = await page.context().request.get(address);
  expect(response.headers()["content-type"]).toContain(type);
  if (name === "JSON") expect(JSON.parse(bytes.toString()).length).toBeGreaterThan(10);
  if (name === "CSV") expect(bytes.toString()).toContain("activity,type,item,round");
});

test("the list finds sessions, and deletes one after a question", async () => {
  await page.getByRole("link", { name: "All sessions" }).click();
  await button("Duplicate All hands").click();
  await expect.poll(() => page.getByRole("link", { name: /^All hands/ }).count()).toBe(2);
  await page.getByLabel("State", { exact: true }).selectOption("draft");
  await expect.poll(() => page.getByRole("link", { name: /^All hands/ }).count()).toBe(1);
  await page.getByLabel("Search", { exact: true }).fill("nothing like it");
  await page.getByText("No session fits this search.").waitFor();
  await button("Show all").click();
  await page
    .getByRole("link", { name: /^All hands/ })
    .first()
    .waitFor();
  await button(/^Delete All hands/)
    .first()
    .click();
  await button("Delete", dialog()).click();
  await expect.poll(() => page.getByRole("link", { name: /^All hands/ }).count()).toBe(1);
});

test("where the sign-in has ended the page asks again and keeps what is typed", async () => {
  await page.getByRole("link", { name: /^All hands/ }).click();
  await button("All sessions")
    .or(page.getByRole("link", { name: "All sessions" }))
    .first()
    .click();
  await button("New session").click();
  await dialog().getByLabel("Name", { exact: true }).fill("Next one");
  await page.context().clearCookies();
  await button("Create", dialog()).click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.waitFor();
  await again.getByLabel("Administrator's token", { exact: true }).fill(server.token);
  await button("Sign in", again).click();
  await again.waitFor({ state: "detached" });
  await heading("Next one").waitFor();
});

test("signing out ends it", async () => {
  await button("Sign out").click();
  await heading("Sign in").waitFor();
  await page.reload();
  await heading("Sign in").waitFor();
  await said("Sign in");
});
