// What must hold of a participant's page in each state that it can be in, with its pictures. What a
// page says is noted, so that a test can tell which texts no state has shown.

import type { Page } from "playwright-core";
import { expect } from "vitest";

import type { Texts } from "../../../src/i18n/dictionary.ts";
import { findings, LAPTOP, overflows, PHONE, picture, PROJECTOR } from "./browser.ts";

const SMALLEST = { width: 320, height: 568 };
/** A laptop's window at twice its size. */
const ZOOMED = { width: 683, height: 384 };
const WANTS_PICTURES = process.env["CAJA_PICTURES"] !== undefined;

type Watched = Page & { wrongs: string[] };

/** As the language switch of another tab would. */
async function speak(page: Page, language: "es" | null): Promise<void> {
  await page.evaluate((newValue) => {
    dispatchEvent(new StorageEvent("storage", { key: "caja:language", newValue }));
  }, language);
  await page.locator(`html[lang=${language ?? "en"}]`).waitFor({ state: "attached" });
}

/** What is cut off, or lies below what is fixed at the foot however far one scrolls. */
function lost(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const nameOf = (element: Element) =>
      `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`;
    for (const element of document.querySelectorAll<HTMLElement>("main *, dialog *, header *")) {
      // A name that is too long for the header stands whole in the dialog behind it.
      if (element.closest(".unseen, .who, select, input, textarea, .wall li")) continue;
      const { overflowX } = getComputedStyle(element);
      if (overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) {
        found.push(`cut off: ${nameOf(element)}`);
      }
    }
    const bar = document.querySelector(".answer-bar:not(.empty)");
    if (bar !== null) {
      scrollTo(0, document.documentElement.scrollHeight);
      const top = bar.getBoundingClientRect().top;
      for (const element of document.querySelectorAll("main button, main p, main li, main input")) {
        if (element.closest(".answer-bar, .unseen") || !element.checkVisibility()) continue;
        if (element.getBoundingClientRect().bottom > top + 1) {
          found.push(`below the bar: ${nameOf(element)}`);
        }
      }
      scrollTo(0, 0);
    }
    return found;
  });
}

/** In either language, on the smallest phone, at twice the size and with twice as large letters. */
async function fits(page: Watched, name: string): Promise<void> {
  for (const language of [null, "es"] as const) {
    await speak(page, language);
    for (const [size, letters] of [
      [SMALLEST, ""],
      [ZOOMED, ""],
      [PHONE, "200%"],
      [PHONE, ""],
    ] as const) {
      await page.setViewportSize(size);
      await page.evaluate((large) => {
        document.documentElement.style.fontSize = large;
        // What follows from sizes is done a frame later.
        return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      }, letters);
      const where = [name, language ?? "en", size.width, letters];
      expect([...where, await overflows(page), await lost(page)]).toEqual([...where, false, []]);
    }
    if (language === "es" && WANTS_PICTURES) await picture(page, `participant-${name}-es`);
  }
  await speak(page, null);
}

/** Looks at the state in which the page is now. */
export async function isFine(page: Watched, name: string): Promise<void> {
  await note(page);
  if (WANTS_PICTURES) {
    for (const size of [SMALLEST, LAPTOP, PROJECTOR, PHONE]) {
      await page.setViewportSize(size);
      await picture(page, `participant-${name}`);
    }
  }
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect([name, colorScheme, await findings(page)]).toEqual([name, colorScheme, []]);
  }
  await fits(page, name);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  expect([name, page.wrongs]).toEqual([name, []]);
}

const said = new Set<string>();

async function note(page: Page): Promise<void> {
  const texts = await page.evaluate(() => {
    const all: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      all.push(node.textContent ?? "");
    }
    for (const element of document.querySelectorAll("[aria-label]")) {
      all.push(element.getAttribute("aria-label") ?? "");
    }
    return all;
  });
  for (const text of texts) said.add(text.trim());
}

/** Those of the page's texts that no state has shown which was looked at. */
export function unsaid(texts: Texts): string[] {
  const literal = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return Object.entries(texts)
    .filter(([, text]) => {
      const forms = typeof text === "string" ? [text] : Object.values(text);
      return !forms.some((form) => {
        const pattern = new RegExp(`^${literal(form).replace(/\{\w+\}/g, ".+")}$`, "u");
        return [...said].some((each) => pattern.test(each));
      });
    })
    .map(([key]) => key);
}
