// What people typed and who they are: held, approved, hidden and shown again, merged and taken apart,
// renamed, removed, erased, refused. Phones and exports say whether it is so.

import { randomUUID } from "node:crypto";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ask, connect } from "../../src/api/client.ts";
import type { Joined } from "../../src/api/schema";
import {
  button,
  dialog,
  field,
  gone,
  link,
  openAdmin,
  toSection,
  type Watched,
} from "./support/admin.ts";
import { openBrowser } from "./support/browser.ts";
import { done, join, type Person } from "./support/people.ts";
import { text, wordcloud } from "./support/samples.ts";
import { type Server, startServer } from "./support/server.ts";
import { createSession, type Session } from "./support/session.ts";

let server: Server;
let browser: Browser;
let page: Watched;
let session: Session;
let people: Person[];
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
  session = await createSession(server, [text({ anonymous: false }), wordcloud()], {
    settings: { profanity: "review" },
  });
  people = await Promise.all(
    ["Ada", "Grace", "Edsger", "Kurt"].map((name) => join(server, session.id, name)),
  );
  page = await openAdmin(browser, server);
  await toSection(page, server, session.id, "control", "moderation");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const now = () => page.getByRole("region", { name: "Now" });
const queue = () => page.getByRole("region", { name: "Moderation" });
const shows = (which: string) => field(queue(), "Show").selectOption({ label: which });

/** Answers by their text, as everybody may take them away. */
async function exported(): Promise<string> {
  const answer = await page
    .context()
    .request.get(`${server.url}/api/v1/sessions/${session.id}/export?format=json`);
  return answer.text();
}

test("what is held counts, and is shown only after somebody approves it", async () => {
  const [wall] = session.activities;
  await session.step(wall!, "activate");
  const [ada, grace, edsger] = people;
  await ada!.answer(wall!, { text: "this is fucking slow" });
  await grace!.answer(wall!, { text: "more shit coffee" });
  await edsger!.answer(wall!, { text: "more light" });
  await now().getByText("more light").waitFor();
  await link(page, "Moderation 2 waiting").waitFor();
  expect(await now().getByText("slow").count()).toBe(0);
  await button(queue(), "Approve this is fucking slow").click();
  await now().getByText("this is fucking slow").waitFor();
  await link(page, "Moderation 1 waiting").waitFor();
  await button(queue(), "Hide more shit coffee").click();
  await queue().getByText("Nothing waits.").waitFor();
});

test("what is visible is hidden, and what is hidden is shown again", async () => {
  await shows("Visible");
  await button(queue(), "Hide this is fucking slow").click();
  await gone(now().getByText("this is fucking slow"));
  await gone(button(queue(), "Hide this is fucking slow"));
  await shows("Hidden");
  await button(queue(), "Approve this is fucking slow").click();
  await now().getByText("this is fucking slow").waitFor();
  await gone(button(queue(), "Approve this is fucking slow"));
  await button(queue(), "Approve more shit coffee").waitFor();
});

test("whoever wrote something is removed with it, after one question", async () => {
  await button(queue(), "Remove author of more shit coffee").click();
  await dialog(page, "Remove who wrote this?").waitFor();
  await button(dialog(page), "Cancel").click();
  expect((await people[1]!.api.GET("/api/v1/sessions/{id}/me", me())).response.status).toBe(200);
  await button(queue(), "Remove author of more shit coffee").click();
  await button(dialog(page), "Remove author").click();
  await page.getByText("The author is removed").waitFor();
  const asked = await ask(people[1]!.api.GET("/api/v1/sessions/{id}/me", me()));
  expect(asked.ok ? "here" : asked.problem.code).toBe("removed");
});

const me = () => ({ params: { path: { id: session.id } } });

test("words are hidden, shown again, merged and taken apart", async () => {
  const [wall, cloud] = session.activities;
  await session.step(wall!, "expire");
  await session.step(cloud!, "activate");
  const [ada, , edsger, kurt] = people;
  await ada!.answer(cloud!, { words: ["calm", "quick"] });
  await edsger!.answer(cloud!, { words: ["quiet"] });
  await kurt!.answer(cloud!, { words: ["calm"] });
  const votes = (word: string, count: string) =>
    now().getByText(`${word}: ${count}`, { exact: false });
  await votes("calm", "2 votes").waitFor({ state: "attached" });
  await now().getByText("Hide and merge words").click();
  await button(now(), "Hide quick").click();
  await gone(votes("quick", "1 vote"));
  await field(now(), "Word").fill("quick");
  await button(now(), "Show again").click();
  await votes("quick", "1 vote").waitFor({ state: "attached" });
  // It worked, so the field is free for the next word.
  expect(await field(now(), "Word").inputValue()).toBe("");

  await field(now(), "This word").fill("quiet");
  await field(now(), "counts for this one").fill("calm");
  await button(now(), "Merge").click();
  await votes("calm", "3 votes").waitFor({ state: "attached" });
  await gone(votes("quiet", "1 vote"));
  await field(now(), "Word").fill("quiet");
  await button(now(), "Take apart").click();
  await votes("quiet", "1 vote").waitFor({ state: "attached" });
  await votes("calm", "2 votes").waitFor({ state: "attached" });
});

test("what can't be done with a word is said in words, and the word stays typed", async () => {
  await field(now(), "Word").fill("quiet");
  await button(now(), "Take apart").click();
  await page.getByText("This word is not merged into another.").waitFor();
  expect(await field(now(), "Word").inputValue()).toBe("quiet");
  await field(now(), "This word").fill("nowhere");
  await field(now(), "counts for this one").fill("calm");
  await button(now(), "Merge").click();
  await page.getByText("Nobody has given this word.").waitFor();
  expect(await field(now(), "This word").inputValue()).toBe("nowhere");
});

test("a person gets another name, and what does not fit is said", async () => {
  await link(page, "People").click();
  await button(page, "Edit Kurt").click();
  const name = field(dialog(page), "Name");
  await name.fill(" ");
  await button(dialog(page), "Save").click();
  await dialog(page).getByText("Write something here", { exact: false }).waitFor();
  await name.fill("x".repeat(41));
  await button(dialog(page), "Save").click();
  await dialog(page).getByText("Must have at most", { exact: false }).waitFor();
  await name.fill("Ada");
  await button(dialog(page), "Save").click();
  await dialog(page).getByText("Somebody has this name already.", { exact: false }).waitFor();
  await name.fill("  Kurt   G.");
  await button(dialog(page), "Save").click();
  await button(page, "Edit Kurt G.").waitFor();
  const mine = await done(ask(people[3]!.api.GET("/api/v1/sessions/{id}/me", me())));
  expect(mine.nickname).toBe("Kurt G.");
});

/** A phone that is known again by its own id. */
function joinFrom(device: string, nickname: string) {
  return ask(
    connect(server.url).POST("/api/v1/sessions/{id}/participants", {
      ...me(),
      body: { nickname, client_id: device },
    }),
  );
}

test("a device is refused, and nobody joins from it again", async () => {
  const device = randomUUID();
  const joined = (await done(joinFrom(device, "Troll"))) as Joined;
  await button(page, "Remove Troll").click();
  await field(dialog(page), "Refuse their device").check();
  await button(dialog(page), "Remove").click();
  await page.getByText("Removed", { exact: true }).waitFor();
  await gone(button(page, "Remove Troll"));
  const again = await joinFrom(device, "Nobody");
  expect(again.ok ? "in" : again.problem.code).toBe("banned");
  const other = await joinFrom(randomUUID(), "Somebody else");
  expect(other.ok).toBe(true);
  const gonePerson = await ask(
    connect(server.url, joined.participant_token).GET("/api/v1/sessions/{id}/me", me()),
  );
  expect(gonePerson.ok).toBe(false);
});

test("what somebody wrote is erased with them, and is in no report", async () => {
  expect(await exported()).toContain("more light");
  await button(page, "Remove Edsger").click();
  await field(dialog(page), "Erase what they wrote").check();
  await button(dialog(page), "Remove and erase").click();
  await page.getByText("Removed, and what they wrote is erased").waitFor();
  await gone(button(page, "Remove Edsger"));
  const all = await exported();
  expect(all).not.toContain("more light");
  expect(all).not.toContain("quiet");
  expect(all).toContain("this is fucking slow");
  expect(page.wrongs).toEqual([]);
});
