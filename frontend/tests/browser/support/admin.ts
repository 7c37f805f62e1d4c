// The administrator's page in a test: signed in, and how its parts are found.

import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

import { ask } from "../../../src/api/client.ts";
import type { ActivityResource, SessionDetail } from "../../../src/api/schema";
import { LAPTOP, openPage } from "./browser.ts";
import { done } from "./people.ts";
import type { Server } from "./server.ts";

export type Watched = Page & { wrongs: string[] };

/** A busy machine. */
const PATIENCE_MS = 20_000;

export async function openAdmin(
  browser: Browser,
  server: Server,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const page = await openPage(browser, { viewport: LAPTOP, ...options });
  page.setDefaultTimeout(PATIENCE_MS);
  await signInQuietly(page, server);
  return page;
}

/** As the page does, without looking at it. */
export async function signInQuietly(page: Page, server: Server): Promise<void> {
  const answer = await page.context().request.post(`${server.url}/api/v1/auth/login`, {
    data: { token: server.token },
    headers: { origin: server.url },
  });
  if (!answer.ok()) throw new Error(`signing in: ${answer.status()}`);
}

export function button(within: Page | Locator, name: string | RegExp): Locator {
  return within.getByRole("button", { name, exact: typeof name === "string" });
}

export function link(within: Page | Locator, name: string | RegExp): Locator {
  return within.getByRole("link", { name, exact: typeof name === "string" });
}

export function field(within: Page | Locator, name: string): Locator {
  return within.getByLabel(name, { exact: true });
}

/** Beside a list that has the same label. */
export function textbox(within: Page | Locator, name: string): Locator {
  return within.getByRole("textbox", { name, exact: true });
}

export function dialog(page: Page, name?: string): Locator {
  return page.getByRole("dialog", name === undefined ? {} : { name, exact: true });
}

export async function gone(found: Locator): Promise<void> {
  await found.waitFor({ state: "detached" });
}

export async function addActivity(page: Page, type: string, title: string): Promise<void> {
  await button(page, type).click();
  await field(page, "Title").fill(title);
}

export async function save(page: Page): Promise<void> {
  await button(page, "Save").click();
  await page.getByText("All is saved").waitFor();
}

export async function detailOf(server: Server, session: string): Promise<SessionDetail> {
  const params = { path: { id: session } };
  return done(ask(server.admin.GET("/api/v1/sessions/{id}", { params })));
}

export async function activityOf(
  server: Server,
  session: string,
  title: string,
): Promise<ActivityResource> {
  const { activities } = await detailOf(server, session);
  const found = activities.find((activity) => activity.title === title);
  if (!found) throw new Error(`there is no activity "${title}"`);
  return found;
}

/** A draft without activities. */
export async function newSession(server: Server, name: string): Promise<string> {
  const made = await done(ask(server.admin.POST("/api/v1/sessions", { body: { name } })));
  return made.id;
}

export async function toSection(
  page: Page,
  server: Server,
  session: string,
  section: "edit" | "control" | "report",
  panel?: "moderation" | "screen",
): Promise<void> {
  const query = panel ? `?panel=${panel}` : "";
  await page.goto(`${server.url}/admin#/sessions/${session}/${section}${query}`);
}
