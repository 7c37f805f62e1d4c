// Chromium, pages at the sizes that people have, what must hold on each of them, and their pictures.

import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1366, height: 768 };
export const PROJECTOR = { width: 1920, height: 1080 };

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Where pictures go, when they are wanted: `make pictures`. */
const PICTURES = process.env["CAJA_PICTURES"];
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env["CAJA_CHROMIUM"] ?? PLACES.find((place) => existsSync(place));
  if (!executablePath) {
    throw new Error("no Chromium here: install it, or say where it is in CAJA_CHROMIUM");
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A page of a person of their own: other cookies and storage, and an eye on what goes wrong. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Page & { wrongs: string[] }> {
  const context = await browser.newContext({ locale: "en-GB", viewport: PHONE, ...options });
  const page = await context.newPage();
  const wrongs: string[] = [];
  page.on("pageerror", (error) => wrongs.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // The browser itself tells of requests that fail; whether that is wrong is the test's to say.
    if (
      ["error", "warning"].includes(message.type()) &&
      !text.startsWith("Failed to load resource")
    ) {
      wrongs.push(`console: ${text}`);
    }
  });
  return Object.assign(page, { wrongs });
}

/** Goes to a big screen, and waits until it shows something: "Connecting" is a heading too, and keys
 * mean nothing by then. */
export async function toScreen(screen: Page, url: string): Promise<void> {
  await screen.goto(url);
  await screen.locator("h1:not(.soft)").first().waitFor();
}

/** Presses closer to each other than this are one to a big screen. */
const ONE_PRESS_MS = 600;

/** A press that is meant: long enough after the one before. */
export async function press(screen: Page, key: string): Promise<void> {
  await screen.waitForTimeout(ONE_PRESS_MS + 100);
  await screen.keyboard.press(key);
}

/** Types where the page puts the cursor, once it has. */
export async function typeHere(page: Page, text: string): Promise<void> {
  await page.locator("input:focus, textarea:focus").waitFor();
  await page.keyboard.type(text);
}

type Found = { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] };

/** What axe finds on a page as it is now, each with the place. */
export async function findings(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's content security policy stays as it is.
  const isThere = await page.evaluate(() => "axe" in window);
  if (!isThere) await page.evaluate(await readFile(AXE, "utf8"));
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (o: object) => Promise<{ violations: Found[] }> };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return (await axe.run({ runOnly: tags })).violations;
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}

/** Takes a picture of a page in light and dark, where pictures are wanted. */
export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(resolve(PICTURES), { recursive: true });
  const size = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({
      path: join(resolve(PICTURES), `${name}-${size?.width}-${colorScheme}.png`),
    });
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Whether anything on the page is wider than the window. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}
