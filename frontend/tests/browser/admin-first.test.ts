// Somebody who has never seen it: from the address that the server prints to a running quiz, always by
// the one button that stands out.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  button,
  dialog,
  field,
  newSession,
  openAdmin,
  textbox,
  toSection,
} from "./support/admin.ts";
import { LAPTOP, openBrowser, openPage, picture, typeHere } from "./support/browser.ts";
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

/** What stands out on the page, as it is called. */
async function standsOut(page: Page, ...names: string[]): Promise<void> {
  const shown = page.locator(".button.primary:not([aria-disabled='true'])");
  await expect.poll(() => shown.allTextContents()).toEqual(names);
}

test("from signing in to a running quiz there is always one thing to press next", async () => {
  const page = await openPage(browser, { viewport: LAPTOP });
  page.setDefaultTimeout(20_000);
  const step = (name: string) => picture(page, `admin-first-${name}`);
  await page.goto(`${server.url}/admin`);
  await standsOut(page, "Sign in");
  await typeHere(page, server.token);
  await page.keyboard.press("Enter");
  await standsOut(page, "New session");
  await step("1-list");
  await button(page, "New session").click();
  await typeHere(page, "Pub quiz");
  await page.keyboard.press("Enter");
  await page.getByText("No activities yet").waitFor();
  await standsOut(page, "Poll", "Planning poker", "Quiz", "Word cloud");
  await step("2-empty");
  await button(page, "Quiz").click();
  await standsOut(page, "Save");
  await typeHere(page, "Who knows?");
  await textbox(page, "Question").fill("Which is the capital of Peru?");
  await textbox(page, "Option A").fill("Lima");
  await textbox(page, "Option B").fill("Quito");
  await page.getByRole("checkbox", { name: "Right A", exact: true }).check();
  // Opening without what is not saved is asked about.
  await button(page, "Open the session").click();
  await dialog(page, "There are changes that are not saved").waitFor();
  await button(dialog(page), "Cancel").click();
  await button(page, "Save").click();
  await standsOut(page, "Open the session");
  await step("3-saved");
  await button(page, "Open the session").click();
  await standsOut(page, "Start the first: Who knows?");
  await step("4-open");

  const opening = page.context().waitForEvent("page");
  await button(page, "Big screen").click();
  const screen = await opening;
  await screen.getByRole("heading", { level: 1, name: "Pub quiz" }).waitFor();
  await page.bringToFront();
  await button(page, "Start the first: Who knows?").click();
  await standsOut(page, "First question");
  await button(page, "First question").click();
  await page.getByText("1 of 1").waitFor();
  await standsOut(page, "Reveal");
  await step("5-question");
  await screen.getByRole("heading", { name: "Which is the capital of Peru?" }).waitFor();
  await button(page, "Reveal").click();
  await standsOut(page, "Leaderboard");
  await button(page, "Leaderboard").click();
  await standsOut(page, "Finish the quiz");
  await button(page, "Finish the quiz").click();
  await page.getByText("That was the last activity.", { exact: false }).waitFor();
  await standsOut(page);
  await step("6-finished");
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});

test("where the browser opens no window the link is there to follow, and it is the same again", async () => {
  const page = await openAdmin(browser, server);
  const session = await newSession(server, "Blocked");
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await toSection(page, server, session, "edit");
  await button(page, "Big screen").click();
  const shown = dialog(page).getByRole("link", { name: "Open the big screen" });
  const address = await shown.getAttribute("href");
  expect(address).toContain(`/run/${session}#`);
  await page.keyboard.press("Escape");
  await button(page, "Big screen").click();
  expect(await shown.getAttribute("href")).toBe(address);
  await dialog(page).getByRole("img", { name: "QR code of the link for the big screen" }).waitFor();
  expect(await field(dialog(page), "Link for the big screen").first().count()).toBe(1);
  await page.context().close();
});
