import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { findings, openBrowser, openPage } from "./support/browser.ts";
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

test.each(["/", "/j/000000", "/run/0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17", "/admin"])(
  "%s loads nothing from elsewhere and keeps to its policy",
  async (path) => {
    const page = await openPage(browser);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(server.url + path);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    expect(asked.filter((url) => !url.startsWith(server.url) && !url.startsWith("data:"))).toEqual(
      [],
    );
    expect(page.wrongs).toEqual([]);
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  },
);
