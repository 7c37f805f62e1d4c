// Which texts a page shows, and which of a dictionary no page has shown.

import type { Page } from "playwright-core";

import type { Text, Texts } from "../../../src/i18n/dictionary.ts";

/** Texts that only a server shows that is broken, full or differently set up, or that pass in the
 * blink of an eye; unit tests have them. */
const ELSEWHERE: readonly RegExp[] = [
  /^problem_/,
  /^wrong_/,
  /^place_/,
  /^token_wait$/,
  /^cut$/,
  // Before their cards.
  /^deck_(fibonacci|modified_fibonacci|powers_of_two|t_shirt)$/,
];

/** Text by text, and what labels say, as somebody hears or sees it. */
export function shownTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    // What was said a moment ago was said in the language of that moment.
    const said = (element: Element | null) => element?.closest(".toast, [lang]:not(html)") != null;
    const add = (text: string | null) => {
      const trimmed = text?.replace(/\s+/g, " ").trim();
      if (trimmed) found.add(trimmed);
    };
    const isSpanish = document.documentElement.lang === "es";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (isSpanish && said(node.parentElement)) continue;
      add(node.textContent);
      add(node.parentElement?.textContent ?? null);
    }
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [alt]")) {
      for (const name of ["aria-label", "placeholder", "alt"]) add(element.getAttribute(name));
    }
    return [...found];
  });
}

export function unseenKeys(texts: Texts, seen: ReadonlySet<string>): string[] {
  const all = [...seen];
  return Object.entries(texts)
    .filter(([key]) => !ELSEWHERE.some((pattern) => pattern.test(key)))
    .filter(([, text]) => !forms(text).some((form) => all.some((each) => form.test(each))))
    .map(([key]) => key);
}

function forms(text: Text): RegExp[] {
  const all = typeof text === "string" ? [text] : Object.values(text);
  return all.map((form) => {
    const parts = form.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".+")}$`);
  });
}
