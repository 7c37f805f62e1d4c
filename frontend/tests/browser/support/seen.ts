// Whether a room sees everything that the big screen shows: nobody there can scroll.

import type { Page } from "playwright-core";

/** Texts whose beginning is outside the window or cut off, and texts that lie over each other. */
export function unseen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SLACK = 2;
    type Box = { left: number; top: number; right: number; bottom: number };
    const meet = (one: Box, other: Box): Box => ({
      left: Math.max(one.left, other.left),
      top: Math.max(one.top, other.top),
      right: Math.min(one.right, other.right),
      bottom: Math.min(one.bottom, other.bottom),
    });
    const whatIsLeftOf = (element: Element): Box => {
      let box: Box = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        if (getComputedStyle(at).overflowY === "visible") continue;
        box = meet(box, at.getBoundingClientRect());
      }
      return box;
    };
    const found: string[] = [];
    const shown: { text: string; box: Box }[] = [];
    const walker = document.createTreeWalker(
      document.querySelector(".runner") ?? document.body,
      NodeFilter.SHOW_TEXT,
    );
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      const element = node.parentElement;
      if (text === "" || element === null) continue;
      if (element.closest(".unseen, option, .controls, .acts, .card .back")) continue;
      if (!element.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const first = range.getClientRects()[0];
      if (first === undefined) continue;
      const left = whatIsLeftOf(element);
      const box = meet(first, left);
      const isCut =
        first.top < left.top - SLACK ||
        first.bottom > left.bottom + SLACK ||
        box.right - box.left < Math.min(first.width, 20);
      if (isCut) found.push(`cut: ${text.slice(0, 40)}`);
      // Lines have room above and below their letters.
      const middle = {
        ...box,
        top: box.top + 0.25 * first.height,
        bottom: box.bottom - 0.25 * first.height,
      };
      for (const other of shown) {
        const both = meet(middle, other.box);
        if (both.right - both.left > SLACK && both.bottom - both.top > SLACK) {
          found.push(`over each other: ${text.slice(0, 30)} / ${other.text.slice(0, 30)}`);
        }
      }
      shown.push({ text, box: middle });
    }
    const body = document.querySelector(".running .body");
    if (body !== null && body.scrollHeight > body.clientHeight + SLACK) {
      found.push(`scrolls: ${body.scrollHeight} in ${body.clientHeight}`);
    }
    return found;
  });
}
