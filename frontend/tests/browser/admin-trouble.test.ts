// What goes wrong around a facilitator: a wrong token, a sign-in that ends, two tabs, a server that
// restarts, a network that is gone. Nothing typed is lost, and everything goes on by itself.

import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import {
  activityOf,
  addActivity,
  button,
  detailOf,
  dialog,
  field,
  gone,
  link,
  newSession,
  openAdmin,
  save,
  textbox,
  toSection,
  type Watched,
} from "./support/admin.ts";
import { LAPTOP, openBrowser, openPage } from "./support/browser.ts";
import { crowd, join } from "./support/people.ts";
import { choice, text, wordcloud } from "./support/samples.ts";
import { type Server, startServer } from "./support/server.ts";
import { createSession } from "./support/session.ts";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const again = (page: Watched) => dialog(page, "Sign in again");
const toasts = (page: Watched) => page.locator(".toast");

async function signInAgain(page: Watched): Promise<void> {
  await field(again(page), "Administrator's token").fill(server.token);
  await button(again(page), "Sign in").click();
  await gone(again(page));
}

async function close(page: Watched): Promise<void> {
  expect(page.wrongs).toEqual([]);
  await page.context().close();
}

test("a sign-in that has ended while writing is asked for once, and saving goes on", async () => {
  const page = await openAdmin(browser, server);
  const session = await newSession(server, "Late at night");
  await toSection(page, server, session, "edit");
  await addActivity(page, "Poll", "Long thoughts");
  await textbox(page, "Option A").fill("This");
  await textbox(page, "Option B").fill("That");
  await page.context().clearCookies();
  await button(page, "Save").click();
  await again(page).waitFor();
  // One question, and no message besides.
  expect([await dialog(page).count(), await toasts(page).count()]).toEqual([1, 0]);
  await field(again(page), "Administrator's token").fill("wrong");
  await button(again(page), "Sign in").click();
  await again(page).getByText("This token is not valid.", { exact: false }).waitFor();
  await signInAgain(page);
  await page.getByText("All is saved").waitFor();
  expect((await activityOf(server, session, "Long thoughts")).config).toMatchObject({
    options: [{ label: "This" }, { label: "That" }],
  });
  await close(page);
});

test("whoever signs in later keeps what is typed, and is asked when they save", async () => {
  const page = await openAdmin(browser, server);
  const session = await newSession(server, "Later");
  await toSection(page, server, session, "edit");
  await addActivity(page, "Word cloud", "Patience");
  await page.context().clearCookies();
  await button(page, "Save").click();
  await again(page).waitFor();
  await page.keyboard.press("Escape");
  await gone(again(page));
  expect(await field(page, "Title").inputValue()).toBe("Patience");
  await page.getByText("You are not signed in any more.", { exact: false }).waitFor();
  await field(page, "Title").fill("Much patience");
  await button(page, "Sign in again").click();
  await signInAgain(page);
  await save(page);
  await activityOf(server, session, "Much patience");
  await close(page);
});

test("the page does not ask for the token by itself twice", async () => {
  const page = await openAdmin(browser, server);
  const session = await createSession(server, [text()]);
  await join(server, session.id, "Ada");
  await toSection(page, server, session.id, "control");
  await button(page, "Edit Ada").waitFor();
  await page.context().clearCookies();
  // What the page loads again every few seconds finds out.
  await again(page).waitFor();
  await page.keyboard.press("Escape");
  await gone(again(page));
  const refused = page.waitForResponse((answer) => answer.status() === 401, { timeout: 7_000 });
  await refused.catch(() => undefined);
  expect([await again(page).count(), await toasts(page).count()]).toEqual([0, 0]);
  await button(page, "Edit Ada").click();
  await field(dialog(page), "Name").fill("Ada L.");
  await button(dialog(page), "Save").click();
  await again(page).waitFor();
  await signInAgain(page);
  await button(page, "Edit Ada L.").waitFor();
  await close(page);
});

test("signing out asks about what is not saved, and leaves nothing of it", async () => {
  const page = await openAdmin(browser, server);
  const session = await newSession(server, "Leaving");
  await toSection(page, server, session, "edit");
  await addActivity(page, "Word cloud", "Left behind");
  await button(page, "Sign out").click();
  await dialog(page, "There are changes that are not saved").waitFor();
  await button(dialog(page), "Cancel").click();
  expect(await field(page, "Title").inputValue()).toBe("Left behind");
  await button(page, "Sign out").click();
  await button(dialog(page), "Sign out anyway").click();
  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await field(page, "Administrator's token").fill(server.token);
  await page.keyboard.press("Enter");
  await page.getByText("No activities yet").waitFor();
  await close(page);
});

test("what two people change in two places is kept of both", async () => {
  const page = await openAdmin(browser, server);
  const other = await openAdmin(browser, server);
  const session = await newSession(server, "Together");
  await toSection(page, server, session, "edit");
  await addActivity(page, "Word cloud", "First");
  await save(page);
  await toSection(other, server, session, "edit");
  await field(other, "Title").waitFor();
  await field(page, "Title").fill("First, mine");
  await addActivity(other, "Word cloud", "Second");
  await save(other);
  await save(page);
  expect((await detailOf(server, session)).activities.map(({ title }) => title)).toEqual([
    "First, mine",
    "Second",
  ]);

  // The same activity: each version is there until somebody says which stays.
  await other.reload();
  await button(other, /^First/).click();
  await field(other, "Title").fill("First, theirs");
  await save(other);
  await field(page, "Title").fill("First, mine again");
  await button(page, "Save").click();
  await page.getByText("Somebody else has changed this activity", { exact: false }).waitFor();
  await page.getByText("What they changed: Title").waitFor();
  // Pressing it once more is no answer.
  await field(page, "Title").press("Control+s");
  await activityOf(server, session, "First, theirs");
  expect(await field(page, "Title").inputValue()).toBe("First, mine again");
  await button(page, "Take theirs").click();
  await button(dialog(page), "Cancel").click();
  expect(await field(page, "Title").inputValue()).toBe("First, mine again");
  await button(page, "Keep mine").click();
  await save(page);
  await activityOf(server, session, "First, mine again");

  // An order made from an old picture is not taken; the new picture is there to make it from.
  await button(other, "Move Second up").click();
  await other.getByText("Somebody else has changed this session", { exact: false }).waitFor();
  await button(other, "Move Second up").click();
  await expect
    .poll(async () => (await detailOf(server, session)).activities.map(({ title }) => title))
    .toEqual(["Second", "First, mine again"]);
  await close(page);
  await close(other);
});

test("settings that two people change are put together, and only a real conflict is asked", async () => {
  const page = await openAdmin(browser, server);
  const session = await newSession(server, "Settings");
  const change = (body: object) =>
    ask(server.admin.PATCH("/api/v1/sessions/{id}", { params: { path: { id: session } }, body }));
  await toSection(page, server, session, "edit");
  await button(page, "Settings").click();
  await field(dialog(page), "Participants at most").fill("77");
  await change({ description: "By somebody else" });
  await button(dialog(page), "Save").click();
  await gone(dialog(page));
  expect(await detailOf(server, session)).toMatchObject({
    description: "By somebody else",
    settings: { max_participants: 77 },
  });

  await button(page, "Settings").click();
  await field(dialog(page), "Name").fill("My name for it");
  await change({ name: "Their name for it" });
  await button(dialog(page), "Save").click();
  await dialog(page)
    .getByText("Somebody else has changed this too: Name.", { exact: false })
    .waitFor();
  expect(await field(dialog(page), "Name").inputValue()).toBe("My name for it");
  await button(dialog(page), "Save").click();
  await gone(dialog(page));
  expect((await detailOf(server, session)).name).toBe("My name for it");
  await close(page);
});

test("without a network what is written waits, and is saved when it is back", async () => {
  const page = await openAdmin(browser, server);
  const session = await newSession(server, "In a train");
  await toSection(page, server, session, "edit");
  await addActivity(page, "Word cloud", "Before the tunnel");
  await save(page);
  await page.context().setOffline(true);
  await page.getByText("No connection.", { exact: false }).waitFor();
  await field(page, "Title").fill("In the tunnel");
  await button(page, "Save").click();
  await page.getByText("it is saved as soon as the server answers", { exact: false }).waitFor();
  await field(page, "Title").fill("In the long tunnel");
  await page.context().setOffline(false);
  await page.getByText("All is saved").waitFor();
  await gone(page.getByText("No connection.", { exact: false }));
  await activityOf(server, session, "In the long tunnel");
  await close(page);
});

test("an answer that gets lost makes nothing twice", async () => {
  const page = await openAdmin(browser, server);
  const session = await newSession(server, "Once");
  await toSection(page, server, session, "edit");
  await addActivity(page, "Poll", "Only one of me");
  await textbox(page, "Option A").fill("Yes");
  await textbox(page, "Option B").fill("No");
  // The request arrives; what the server says to it does not.
  const lost = async (route: Route) => {
    await route.fetch();
    await route.abort("connectionreset");
  };
  await page.route("**/activities", lost, { times: 1 });
  await button(page, "Save").click();
  await page.getByText("All is saved").waitFor();
  const { activities } = await detailOf(server, session);
  expect(activities.map(({ title }) => title)).toEqual(["Only one of me"]);
  expect(await page.getByRole("list", { name: "Activities" }).getByRole("listitem").count()).toBe(
    1,
  );
  await close(page);
});

test("a server that restarts loses nothing that is written, and the pages go on", async () => {
  const writing = await openAdmin(browser, server);
  const running = await openAdmin(browser, server);
  const session = await createSession(server, [choice(), wordcloud()]);
  await crowd(server, session.id, 300);
  await toSection(writing, server, session.id, "edit");
  await button(writing, /^In a word/).click();
  await field(writing, "Title").fill("In two words");
  await toSection(running, server, session.id, "control", "screen");
  await button(running, "Start the first: Offsite").click();
  await running.getByText("Open for answers").waitFor();
  await field(running, "Text").fill("We are back in a minute");
  await link(running, "People").click();
  const list = running.getByRole("region", { name: "Who is here" });
  // What scrolls must be there and drawn before a key scrolls it to its end.
  await running.getByText("300 participants", { exact: false }).waitFor();
  await list.locator('[aria-posinset="1"]', { hasText: "Guest number" }).waitFor();
  await list.focus();
  await running.keyboard.press("End");
  await list.locator('[aria-posinset="300"]').waitFor();

  await server.kill();
  await button(writing, "Save").click();
  await writing.getByText("it is saved as soon as the server answers", { exact: false }).waitFor();
  await writing.getByText(/Reconnecting|No connection/).waitFor();
  await running.getByText(/Reconnecting|No connection/).waitFor();
  // The last picture stays.
  await running.getByText("Open for answers").waitFor();
  expect(await list.locator('[aria-posinset="300"]').count()).toBe(1);
  await server.revive();

  await writing.getByText("All is saved").waitFor();
  await activityOf(server, session.id, "In two words");
  await gone(running.getByText(/Reconnecting|No connection/));
  await join(server, session.id, "After the restart");
  await running.getByText("301 participants", { exact: false }).waitFor();
  await link(running, "Screen").click();
  expect(await field(running, "Text").inputValue()).toBe("We are back in a minute");
  await button(running, "Show message").click();
  await button(running, "Take it away").waitFor();
  await button(running, "Reveal").click();
  await running.getByText("Results shown to all").waitFor();
  await close(writing);
  await close(running);
});

test("too many wrong tokens are put off, with the time to wait and the token kept", async () => {
  const page = await openPage(browser, { viewport: LAPTOP });
  await page.goto(`${server.url}/admin`);
  const token = field(page, "Administrator's token");
  await token.fill("wrong");
  await button(page, "Sign in").click();
  await page.getByText("This token is not valid.", { exact: false }).waitFor();
  await expect
    .poll(() => token.evaluate((input: HTMLInputElement) => input.selectionEnd))
    .toBe("wrong".length);
  const request = page.context().request;
  for (let turn = 0; turn < 30; turn += 1) {
    await request.post(`${server.url}/api/v1/auth/login`, { data: { token: `wrong ${turn}` } });
  }
  await token.fill(server.token);
  await button(page, "Sign in").click();
  await page.getByText(/^Too many wrong tokens from here\. Try again in \d+ seconds?\.$/).waitFor();
  expect(await token.inputValue()).toBe(server.token);
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});
