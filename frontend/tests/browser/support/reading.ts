// Whether people in the last row can read it.

import type { Page } from "playwright-core";

/** 20 pt on a picture that is 1080 px high, as CSS has it; a little less for rounding. */
export const SMALLEST_PX = 26.5;

/** Texts that are shown on the big screen smaller than that. */
export function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate((smallest) => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      const element = node.parentElement;
      if (text === "" || element === null || element.closest(".unseen, option, noscript")) continue;
      if (!element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      // Words of a cloud are scaled, not set.
      const scale = element.closest(".word")
        ? Number(getComputedStyle(element).getPropertyValue("--size"))
        : 1;
      const size = Number.parseFloat(style.fontSize) * scale;
      if (size < smallest) found.push(`${size.toFixed(1)}: ${text.slice(0, 40)}`);
    }
    return found;
  }, SMALLEST_PX);
}
