// Every state of the administrator's page, one after the other: axe finds nothing, nothing is wider
// than the window, in light and dark, on a phone, a laptop and a projector; and their pictures. A text
// of the page that no state shows fails, so that a new state is not forgotten here.

import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { en } from "../../src/i18n/admin/en.ts";
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
  expect(page.wrongs).toEqual([]);
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
