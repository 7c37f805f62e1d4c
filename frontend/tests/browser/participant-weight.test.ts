// What a participant's page costs: bytes, time to the first view, and rest for the eye.

import { get } from "node:http";

import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openBrowser, openPage } from "./support/browser.ts";
import { choice, quiz, ranking, rating, text, wordcloud } from "./support/samples.ts";
import { type Server, startServer } from "./support/server.ts";
import { createSession, joinAs } from "./support/session.ts";

const MOST_SCRIPT_BYTES = 20_000;
const MOST_BYTES = 60_000;
const FIRST_VIEW_MS = 2_000;

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

type Loaded = { url: string; type: string; bytes: number };

/** Counts what comes over the wire, headers and all, as compressed as the server sends it. */
async function weigh(cdp: CDPSession): Promise<Loaded[]> {
  const loaded = new Map<string, Loaded>();
  await cdp.send("Network.enable");
  cdp.on("Network.responseReceived", ({ requestId, response, type }) => {
    loaded.set(requestId, { url: response.url, type, bytes: 0 });
  });
  const finished: Loaded[] = [];
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const one = loaded.get(requestId);
    if (one && !one.url.startsWith("data:")) finished.push({ ...one, bytes: encodedDataLength });
  });
  return finished;
}

const total = (loaded: Loaded[]) => loaded.reduce((sum, { bytes }) => sum + bytes, 0);

/** What a file weighs for a browser that takes this encoding. */
function sizeAs(encoding: string, url: string): Promise<number> {
  return new Promise((found, failed) => {
    get(url, { headers: { "accept-encoding": encoding } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("end", () => found(bytes));
    }).on("error", failed);
  });
}

test("the first view is small on the wire", async () => {
  const session = await createSession(server, [choice()]);
  for (const path of ["/", `/j/${session.code}`]) {
    const page = await openPage(browser);
    const cdp = await page.context().newCDPSession(page);
    const loaded = await weigh(cdp);
    await page.goto(server.url + path);
    await page.getByRole("textbox").waitFor();
    await page.waitForLoadState("networkidle");
    const gzip = await Promise.all(
      loaded.map(async (one) => ({ ...one, bytes: await sizeAs("gzip", one.url) })),
    );
    for (const [encoding, as] of Object.entries({ browser: loaded, gzip })) {
      const script = total(as.filter(({ type }) => type === "Script"));
      console.log(`${path} ${encoding}: ${script} B of script, ${total(as)} B in all`);
      expect(script).toBeGreaterThan(0);
      expect(script).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
      expect(total(as)).toBeLessThanOrEqual(MOST_BYTES);
    }
    expect(loaded.filter(({ type }) => type === "Font")).toEqual([]);
    await page.context().close();
  }
});

test("the first view is usable within two seconds at 1.6 Mbit/s and 150 ms", async () => {
  const session = await createSession(server, [choice()]);
  const page = await openPage(browser);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 1_600_000 / 8,
    uploadThroughput: 750_000 / 8,
  });
  const began = Date.now();
  await page.goto(`${server.url}/j/${session.code}`, { waitUntil: "commit" });
  await page.getByLabel("Your name").fill("Marisol");
  const usable = Date.now() - began;
  await page.getByRole("button", { name: "Join" }).click();
  await page.locator(".room").waitFor();
  console.log(`usable after ${usable} ms, in after ${Date.now() - began} ms`);
  expect(usable).toBeLessThan(FIRST_VIEW_MS);
  await page.context().close();
});

/** What moved without anybody's doing, with what moved. */
async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    (window as unknown as { shifts: string[] }).shifts = seen;
    type Shift = PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
      sources: { node?: Element }[];
    };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node }) => node?.className || node?.nodeName).join(", ");
        seen.push(`${entry.value.toFixed(4)}: ${what}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}

test("nothing moves by itself when things happen", async () => {
  const session = await createSession(server, [
    choice({ results: "always" }),
    rating({ results: "always" }),
    ranking({ results: "always" }),
    text({ results: "always" }),
    wordcloud({ results: "always" }),
    quiz(),
  ]);
  const [poll, scale, order, words, cloud, game] = session.activities as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const page = await joinAs(browser, server, session, "Marisol");
  const shifts = await watchShifts(page);
  // What others do: this page is not touched.
  const other = await joinAs(browser, server, session, "Bruno");
  const isIn = () => other.getByText("Your answer is in").waitFor();

  await session.step(poll, "activate");
  await page.getByRole("button", { name: "By the sea" }).waitFor();
  await session.announce("Lunch is served in the garden until two.");
  await other.getByRole("button", { name: "By the sea" }).click();
  await isIn();
  await page.getByText("100%").first().waitFor();
  await page.getByText("Lunch is served").waitFor();

  await session.step(scale, "activate");
  await other.getByRole("button", { name: "8", exact: true }).click();
  await page.getByText("Mean 8").waitFor();

  await session.step(order, "activate");
  await other.getByRole("button", { name: /^Place In the mountains/ }).click();
  await other.getByRole("button", { name: "Send", exact: true }).click();
  await isIn();
  await page
    .getByRole("listitem")
    .filter({ hasText: "4 points" })
    .or(page.getByRole("listitem").filter({ hasText: /[1-9] points?/ }))
    .first()
    .waitFor();

  await session.step(words, "activate");
  for (const line of ["One", "Two, and a good deal more than fits into one line of a phone"]) {
    await other.getByLabel("Your answer").fill(line);
    await other.getByRole("button", { name: /^Send/ }).click();
    await page.locator(".wall").getByText(line).waitFor();
  }

  await session.step(cloud, "activate");
  for (const word of ["brave", "calm"]) {
    await other.getByLabel("A word").fill(word);
    await other.getByRole("button", { name: "Add" }).click();
    await page.locator(".ladder").getByText(word).waitFor();
  }

  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await other.getByRole("button", { name: "Porto" }).click();
  await isIn();
  await page.getByRole("button", { name: "Porto" }).waitFor();
  await session.control(game, { action: "reveal" });
  await page.getByText("No answer from you").waitFor();
  await page.getByText("Bruno").waitFor();
  await page.context().setOffline(true);
  await page.getByText("No connection.").waitFor();
  await page.context().setOffline(false);
  await expect.poll(() => page.getByText("No connection.").count()).toBe(0);
  expect(await shifts()).toEqual([]);
  await Promise.all([page, other].map((each) => each.context().close()));
});
