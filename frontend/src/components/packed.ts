// How many columns a list takes on the big screen, for `packed.css`. Pure but for the style sheet.

import "./packed.css";

import type { CSSProperties } from "react";

/** More than these stand in two columns. */
const ONE_COLUMN = 6;

export function isPacked(count: number): boolean {
  return count > ONE_COLUMN;
}

/** Rows and columns for this many, as custom properties. */
export function packing(count: number): CSSProperties {
  const columns = isPacked(count) ? 2 : 1;
  return { "--columns": columns, "--rows": Math.ceil(count / columns) } as CSSProperties;
}
