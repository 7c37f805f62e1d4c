// A walk through the states of the big screen: each is judged at every size, and what was read on the
// way is kept, so that a state that nobody visits is found by its words.

import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

import {
  findings,
  LAPTOP,
  openPage,
  overflows,
  PHONE,
  picture,
  PROJECTOR,
  toScreen,
} from "./browser.ts";
import { tooSmall } from "./reading.ts";

export type Screen = Page & { wrongs: string[] };

const SIZES = [PROJECTOR, LAPTOP, PHONE];

export type Walk = {
  open(url: string): Promise<Screen[]>;
  /** Judges the state that all these screens are in by now. */
  judge(screens: readonly Screen[], state: string): Promise<void>;
  /** Of these texts, those that no state showed. Parameters stand for anything. */
  unread(texts: Readonly<Record<string, Text>>): string[];
};

type Text = string | Readonly<Partial<Record<string, string>>>;

export function createWalk(browser: Browser): Walk {
  let read = "";
  return {
    async open(url) {
      const screens = await Promise.all(
        SIZES.map((viewport) => openPage(browser, { viewport, reducedMotion: "reduce" })),
      );
      for (const screen of screens) {
        await toScreen(screen, url);
      }
      return screens;
    },
    async judge(screens, state) {
      for (const screen of screens) {
        await judge(screen, state);
        read += `\n${await wordsOf(screen)}`;
      }
    },
    unread: (texts) =>
      Object.entries(texts).flatMap(([key, text]) => {
        const forms = typeof text === "string" ? [text] : Object.values(text);
        return forms.some((form) => form !== undefined && patternOf(form).test(read)) ? [] : [key];
      }),
  };
}

/** The largest without the bar, the others with it. */
async function judge(screen: Screen, state: string): Promise<void> {
  const width = screen.viewportSize()?.width;
  const isLargest = width === PROJECTOR.width;
  if (isLargest) await screen.locator(".idle, .notice, dialog[open]").first().waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    if (!isLargest) await wake(screen);
    await screen.emulateMedia({ colorScheme });
    expect.soft(await findings(screen), `${state} ${width} ${colorScheme}`).toEqual([]);
  }
  await screen.emulateMedia({ colorScheme: null });
  if (!isLargest) await wake(screen);
  expect.soft(await overflows(screen), `${state} ${width}: over the edge`).toBe(false);
  if (isLargest) expect.soft(await tooSmall(screen), `${state}: too small`).toEqual([]);
  await picture(screen, `runner-${state}`);
  expect.soft(screen.wrongs, state).toEqual([]);
}

let moves = 0;

/** Moves the mouse, so that the bar is there. */
function wake(screen: Screen): Promise<void> {
  moves += 1;
  return screen.mouse.move(100 + (moves % 50), 10);
}

/** All that is written or named on a page. */
function wordsOf(screen: Screen): Promise<string> {
  return screen.evaluate(() => {
    const words: string[] = [document.title];
    for (const element of document.querySelectorAll("#page *")) {
      // Also where it is put together of several texts.
      if (element.childElementCount === 0 || element.matches("p, button, li, summary, label")) {
        words.push(element.textContent ?? "");
      }
      for (const name of ["aria-label", "title"]) words.push(element.getAttribute(name) ?? "");
    }
    return words.join("\n");
  });
}

function patternOf(template: string): RegExp {
  const parts = template
    .split(/\{\w+\}/u)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
  return new RegExp(parts.join(".+"), "u");
}
