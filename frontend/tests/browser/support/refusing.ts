// Answers that a server gives seldom, or that come from somebody else.

import type { Page } from "playwright-core";

type Refusal = { status: number; code: string; reason?: string; detail?: string };

/** Until `unroute`: the server's own word for a problem. `method`: only of these requests. */
export async function refuse(
  page: Page,
  url: RegExp,
  { status, code, detail = "", ...more }: Refusal,
  { method, retryAfterS }: { method?: string; retryAfterS?: number } = {},
): Promise<void> {
  await page.route(url, (route) => {
    if (method !== undefined && route.request().method() !== method) return route.fallback();
    return route.fulfill({
      status,
      contentType: "application/problem+json",
      headers: retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) },
      body: JSON.stringify({ type: "about:blank", title: code, status, code, detail, ...more }),
    });
  });
}

/** Requests that nobody ever answers. */
export async function swallow(page: Page, url: RegExp): Promise<void> {
  await page.route(url, () => {});
}

export const ANSWERS = /\/response(\?|$)/;
export const JOINS = /\/participants$/;
export const INVITATIONS = /\/join\/\d+$/;
export const STATE = /\/state(\?|$)/;
export const ME = /\/me$/;
