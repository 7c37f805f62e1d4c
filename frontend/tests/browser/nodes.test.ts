// Three servers behind a load balancer that sends each request to the next one: one is killed, all
// are renewed, and the pages go on by themselves.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openAdmin, toSection, type Watched } from "./support/admin.ts";
import { openBrowser, openPage, press, PROJECTOR } from "./support/browser.ts";
import { createEvent, type Event } from "./support/event.ts";
import { type Nodes, startNodes } from "./support/nodes.ts";
import { choice, rating } from "./support/samples.ts";
import { joinAs } from "./support/session.ts";

let nodes: Nodes;
let browser: Browser;
beforeAll(async () => {
  [nodes, browser] = await Promise.all([startNodes(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await nodes?.stop();
});

const SEA = "By the sea";
const HILLS = "In the mountains";

/** Where results are shown, its name has more than its label. */
const option = (phone: Page, name: string) => phone.getByRole("button", { name });
const isIn = (page: Page) => page.getByText("Your answer is in").waitFor();
const progress = (screen: Page, says: string) =>
  screen.getByRole("progressbar", { name: says, exact: true }).waitFor();
const sign = (page: Page) => page.locator(".connection p");
/** What the charts say to who can't see them, without options that nobody chose. */
async function chosen(screen: Page): Promise<string[]> {
  const rows = screen.getByRole("list", { name: "Results" }).locator(".unseen");
  return (await rows.allTextContents()).filter((row) => !row.includes(": 0 votes"));
}
const participants = (admin: Page, count: number) =>
  admin.getByText(`${count} participants`, { exact: false }).first().waitFor();

type Room = { event: Event; admin: Watched; screen: Watched; ana: Watched; bruno: Watched };

/** A poll is on whose results everybody sees, and Ana has answered it. */
async function fillRoom(): Promise<Room> {
  const event = await createEvent(nodes, [choice(), rating()]);
  const admin = await openAdmin(browser, nodes);
  const screen = await openPage(browser, { viewport: PROJECTOR });
  const [ana, bruno] = await Promise.all([
    joinAs(browser, nodes, event, "Ana"),
    joinAs(browser, nodes, event, "Bruno"),
    screen.goto(event.runnerUrl),
    toSection(admin, nodes, event.id, "control"),
  ]);
  await event.lifecycle(event.activities[0]!, "activate");
  await event.control(event.activities[0]!, { action: "reveal" });
  await option(ana, SEA).click();
  await isIn(ana);
  await option(bruno, SEA).waitFor();
  await progress(screen, "1 of 2 have answered");
  await participants(admin, 2);
  const room = { event, admin, screen, ana, bruno };
  await Promise.all(
    pagesOf(room).map(async (page) => {
      const picture = page.locator(page === screen ? ".body > *" : "main, .room").first();
      await picture.evaluate((element) => Object.assign(window, { picture: element }));
    }),
  );
  return room;
}

const pagesOf = ({ admin, screen, ana, bruno }: Room) => [admin, screen, ana, bruno];

/** Nobody has loaded a page again, or seen anything wrong. */
async function expectNoLoads(room: Room): Promise<void> {
  for (const page of pagesOf(room)) {
    expect(await page.evaluate(() => "picture" in window)).toBe(true);
    expect(page.wrongs).toEqual([]);
  }
}

/** And what was there is there: at most a small sign has come. */
async function expectUndisturbed(room: Room): Promise<void> {
  await expectNoLoads(room);
  const isKept = () => (window as unknown as { picture: Element }).picture.isConnected;
  for (const page of pagesOf(room)) {
    expect(await page.evaluate(isKept)).toBe(true);
    const alerts = await page.getByRole("alert").allTextContents();
    expect(alerts.filter((text) => text !== "")).toEqual([]);
  }
}

async function leave(room: Room): Promise<void> {
  await Promise.all(pagesOf(room).map((page) => page.context().close()));
}

test("the owner is killed: an answer given meanwhile arrives, and nobody loads a page again", async () => {
  const room = await fillRoom();
  const { event, screen, ana, bruno } = room;
  await nodes.kill();
  await option(bruno, HILLS).click();
  // Nobody owns the session yet. What was known is still there.
  await expectUndisturbed(room);
  expect(await chosen(screen)).toEqual([`${SEA}: 1 vote, 100%`]);
  await isIn(bruno);
  await progress(screen, "2 of 2 have answered");
  const both = [`${SEA}: 1 vote, 50%`, `${HILLS}: 1 vote, 50%`];
  await expect.poll(() => chosen(screen)).toEqual(both);
  for (const page of pagesOf(room)) await sign(page).waitFor({ state: "detached" });
  await option(ana, HILLS).click();
  await expect.poll(() => chosen(screen)).toEqual([`${HILLS}: 2 votes, 100%`]);
  await expectUndisturbed(room);
  await nodes.revive();
  // It is steered as before.
  await press(screen, "ArrowRight");
  for (const phone of [ana, bruno])
    await phone.getByRole("button", { name: "7", exact: true }).click();
  for (const phone of [ana, bruno]) await isIn(phone);
  await progress(screen, "2 of 2 have answered");
  await expectNoLoads(room);
  const summary = await nodes.admin.GET("/api/v1/sessions/{id}/summary", {
    params: { path: { id: event.id } },
  });
  expect(summary.data?.activities.map(({ responses }) => responses)).toEqual([2, 2]);
  await leave(room);
});

test("each node is renewed while somebody answers all the time and somebody comes", async () => {
  const room = await fillRoom();
  const { event, admin, screen, ana, bruno } = room;
  let isOver = false;
  let answers = 1;
  const answering = (async () => {
    for (; !isOver || answers % 2 === 0; answers += 1) {
      const taken = ana.waitForResponse(
        (answer) => answer.url().endsWith("/response") && answer.ok(),
      );
      await option(ana, answers % 2 === 0 ? SEA : HILLS).click();
      await taken;
    }
  })();
  const phones: Watched[] = [];
  try {
    for (const number of nodes.numbers) {
      const [phone] = await Promise.all([
        joinAs(browser, nodes, event, `Late ${number}`),
        nodes.renew(number),
      ]);
      phones.push(phone);
      await option(phone, HILLS).click();
      await isIn(phone);
    }
  } finally {
    isOver = true;
    await answering;
  }
  expect(answers).toBeGreaterThan(10);
  await option(bruno, SEA).click();
  await isIn(bruno);
  await progress(screen, "5 of 5 have answered");
  // Ana's last one counts, and only that.
  const counts = [`${SEA}: 2 votes, 40%`, `${HILLS}: 3 votes, 60%`];
  await expect.poll(() => chosen(screen)).toEqual(counts);
  await participants(admin, 5);
  for (const page of pagesOf(room)) await sign(page).waitFor({ state: "detached" });
  await expectUndisturbed(room);
  for (const phone of phones) await phone.context().close();
  await leave(room);
});
