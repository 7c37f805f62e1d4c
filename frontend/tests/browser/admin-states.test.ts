// Every state of the administrator's page, one after the other: axe finds nothing, nothing is wider
// than the window, in light and dark, on a phone, a laptop and a projector; and their pictures. A text
// of the page that no state shows fails, so that a new state is not forgotten here.

import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { en } from "../../src/i18n/admin/en.ts";
import { es } from "../../src/i18n/admin/es.ts";
import type { Text, Texts } from "../../src/i18n/dictionary.ts";
import { control } from "./states/control.ts";
import { editor } from "./states/editor.ts";
import { outside } from "./states/outside.ts";
import { shownTexts, unseenKeys } from "./states/seen.ts";
import { makeWorld, type States, type World } from "./states/world.ts";
import { openAdmin, type Watched } from "./support/admin.ts";
import {
  findings,
  LAPTOP,
  openBrowser,
  overflows,
  PHONE,
  picture,
  PROJECTOR,
} from "./support/browser.ts";
import { type Server, startServer } from "./support/server.ts";

/** `CAJA_STATES=editor` walks only those whose names have that in them. */
const ONLY = process.env["CAJA_STATES"] ?? "";

let server: Server;
let browser: Browser;
let world: World;
const seen = new Set<string>();

/** Texts that are English and nothing else. */
const ENGLISH = new Set(
  Object.entries(en as Texts)
    .filter(([, text]) => typeof text === "string" && !text.includes("{"))
    .map(([, text]) => text as string)
    .filter((text) => !Object.values<Text>(es).includes(text)),
);

function english(shown: readonly string[]): string[] {
  return shown.filter((text) => ENGLISH.has(text));
}
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What must hold in every state, and its pictures. */
async function look(page: Watched, name: string): Promise<void> {
  for (const text of await shownTexts(page)) seen.add(text);
  for (const size of [LAPTOP, PROJECTOR, PHONE]) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect([size.width, colorScheme, await findings(page)]).toEqual([
        size.width,
        colorScheme,
        [],
      ]);
    }
    expect([size.width, await overflows(page)]).toEqual([size.width, false]);
    await picture(page, `admin-${name}`);
  }
  expect(await inSpanish(page, name)).toEqual([]);
  expect(page.wrongs).toEqual([]);
}

/** The same state after choosing Spanish; what of it is still English. */
async function inSpanish(page: Watched, name: string): Promise<string[]> {
  await page.emulateMedia({ colorScheme: null, reducedMotion: "reduce" });
  const language = page.getByRole("combobox", { name: "Language", includeHidden: true });
  // Before anything is known there is no switch.
  if ((await language.count()) === 0) return [];
  // A dialog keeps everybody from the switch, but not a test.
  await language.evaluateAll((all) => {
    for (const select of all as HTMLSelectElement[]) {
      select.value = "es";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  for (const size of [LAPTOP, PHONE]) {
    await page.setViewportSize(size);
    expect(["Spanish", size.width, await overflows(page)]).toEqual(["Spanish", size.width, false]);
    await picture(page, `admin-${name}-es`);
  }
  return english(await shownTexts(page));
}

async function closed(context: BrowserContext): Promise<void> {
  await context.setOffline(false);
  await context.close();
}

const OPTIONS = { reducedMotion: "reduce", locale: "en-US" } as const;

test("without a session", async () => {
  const page = await openAdmin(browser, server, OPTIONS);
  await page.goto(`${server.url}/admin`);
  await page.getByText("No sessions yet").waitFor();
  await look(page, "no-sessions");
  await closed(page.context());
  world = await makeWorld(server);
});

const STATES: States = { ...outside, ...editor, ...control };
const NAMES = Object.keys(STATES).filter((name) => name.includes(ONLY));

test.each(NAMES)("%s", async (name) => {
  const page = await openAdmin(browser, server, OPTIONS);
  await STATES[name]!(page, world);
  await look(page, name);
  await closed(page.context());
});

test.skipIf(ONLY !== "")("every text of the page is shown in one of them", () => {
  expect(unseenKeys(en, seen)).toEqual([]);
});
