// How wide a text is, in the face of an element. The browser's own measure, and kept: texts repeat.

import type { Measure } from "./layout";

/** Measured at this size, for which rounding is small. */
const AT = 100;

/** Words of a long event; then it starts afresh. */
const KEPT = 2_000;

/** Where there is no canvas to measure with: about what a bold face takes. */
const GUESS = 0.62;

const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null | undefined;

export function measureIn(element: Element): Measure {
  const face = getComputedStyle(element).fontFamily;
  context ??= document.createElement("canvas").getContext?.("2d") ?? null;
  const font = `700 ${AT}px ${face}`;
  // A face that has come since changes the widths.
  const isLoaded = document.fonts?.check(font) ?? true;
  return (text) => {
    if (context === null || context === undefined) return text.length * GUESS;
    const key = `${isLoaded}${face}\u0000${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    context.font = font;
    const width = context.measureText(text).width / AT;
    if (widths.size >= KEPT) widths.clear();
    widths.set(key, width);
    return width;
  };
}
