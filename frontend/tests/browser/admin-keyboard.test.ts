// A session with every type of activity is prepared and run by keyboard alone.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { ask } from "../../src/api/client.ts";
import { detailOf } from "./support/admin.ts";
import { LAPTOP, openBrowser, openPage, typeHere } from "./support/browser.ts";
import { done, join } from "./support/people.ts";
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

/** What the focus is on, as it is called. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement | null;
    const label = element?.labels?.[0]?.textContent;
    return element?.getAttribute("aria-label") ?? label ?? element?.textContent?.trim() ?? "";
  });
}

/** Goes on with Tab until the focus is on what has this name; and it must be seen to be there. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  const fits = (found: string) => (typeof name === "string" ? found === name : name.test(found));
  for (let step = 0; step < 120; step += 1) {
    if (fits(await focused(page))) {
      const outline = await page.evaluate(
        () => getComputedStyle(document.activeElement as Element).outlineStyle,
      );
      expect([name, outline]).toEqual([name, "solid"]);
      return;
    }
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach "${name}"`);
}

async function press(page: Page, name: string | RegExp, key = "Tab"): Promise<void> {
  await tabTo(page, name, key);
  await page.keyboard.press("Enter");
}

async function type(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.type(text);
}

async function saved(page: Page): Promise<void> {
  await page.keyboard.press("Control+s");
  await page.getByText("All is saved").waitFor();
}

test("an event with all types is prepared and run by keyboard alone", async () => {
  const page = await openPage(browser, { viewport: LAPTOP });
  page.setDefaultTimeout(20_000);
  const sees = (text: string) => page.getByText(text, { exact: false }).first().waitFor();
  await page.goto(`${server.url}/admin`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await typeHere(page, server.token);
  await page.keyboard.press("Enter");
  await sees("Signed in as admin");
  await press(page, "New session");
  await page.getByRole("dialog").waitFor();
  await typeHere(page, "By keyboard");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "By keyboard" }).waitFor();
  await sees("No activities yet");

  // Each begins in its title; what is saved keeps the focus.
  await press(page, "Poll");
  await type(page, "Title", "Tea or coffee?");
  await type(page, "Option A", "Tea");
  await type(page, "Option B", "Coffee");
  await press(page, "Add option");
  await typeHere(page, "Both");
  await press(page, "Move Option C up");
  await sees("Option C is now number 2 of 3");
  await saved(page);
  await press(page, "Planning poker", "Shift+Tab");
  await type(page, "Title", "How much work?");
  await type(page, "Story 1", "A kettle");
  await saved(page);
  await press(page, "Quiz", "Shift+Tab");
  await type(page, "Title", "Do you know?");
  await type(page, "Question", "Which boils first?");
  await type(page, "Option A", "Water");
  await type(page, "Option B", "Oil");
  await tabTo(page, "Right A", "Shift+Tab");
  await page.keyboard.press("Space");
  await press(page, "Add question");
  await typeHere(page, "Tea is a plant.");
  await tabTo(page, "Kind");
  await page.keyboard.press("t");
  await tabTo(page, /^Countdown before each question/);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("0");
  await saved(page);
  await press(page, "Word cloud", "Shift+Tab");
  await type(page, "Title", "In a word?");
  await saved(page);
  await press(page, "Move In a word? up", "Shift+Tab");
  await sees("In a word? is now number 3 of 4");
  await expect.poll(() => focused(page)).toBe("Move In a word? up");

  await press(page, "Open the session", "Shift+Tab");
  await sees("Nothing is running yet.");
  const [made] = (await done(ask(server.admin.GET("/api/v1/sessions")))).items;
  const session = made!.id;
  const { activities } = await detailOf(server, session);
  expect(activities.map(({ title }) => title)).toEqual([
    "Tea or coffee?",
    "How much work?",
    "In a word?",
    "Do you know?",
  ]);
  const [poll, poker, cloud, quiz] = activities.map(({ id }) => id) as [
    string,
    string,
    string,
    string,
  ];
  const ada = await join(server, session, "Ada");

  await press(page, "Start the first: Tea or coffee?");
  await sees("Open for answers");
  await ada.answer(poll, { choices: ["a"] });
  await sees("1 answer");
  await press(page, "Reveal");
  await sees("Results shown to all");
  await press(page, "Next activity: How much work?");
  await sees("Voting");
  await ada.answer(poker, { card: "3" });
  await sees("1 of 1 voted");
  await press(page, "Reveal");
  await sees("Agreement");
  await press(page, "Settle on it");
  await sees("Estimate 3");
  await press(page, "Next activity: In a word?");
  await sees("Open for answers");
  await ada.answer(cloud, { words: ["steam"] });
  await tabTo(page, /^Hide and merge words$/);
  await page.keyboard.press("Enter");
  await press(page, "Hide steam");
  await page.getByRole("button", { name: "Hide steam" }).waitFor({ state: "detached" });
  await press(page, "Reveal", "Shift+Tab");
  await sees("Results shown to all");
  await press(page, "Next activity: Do you know?");
  await press(page, "First question");
  await sees("1 of 2");
  await ada.answer(quiz, { question: "q1", choices: ["a"] });
  await sees("1 of 1 answered");
  await press(page, "Reveal");
  await press(page, "Next question");
  await sees("2 of 2");
  await press(page, "Reveal");
  await press(page, "Leaderboard");
  await press(page, "Finish the quiz");
  await sees("That was the last activity.");

  await press(page, "Edit Ada");
  await page.getByRole("dialog").waitFor();
  await page.locator("input:focus").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Ada L.");
  await page.keyboard.press("Enter");
  await sees("Ada L.");
  // A dialog gives the focus back to what opened it.
  await press(page, "Complete the session", "Shift+Tab");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toBe("Complete the session");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Complete the session");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Engagement over time" }).waitFor();
  expect((await detailOf(server, session)).status).toBe("completed");
  expect(page.wrongs).toEqual([]);
  await page.context().close();
});
