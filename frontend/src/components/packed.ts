// How many columns a list takes on the big screen, for `packed.css`. Pure but for the style sheet.

import "./packed.css";

import type { CSSProperties } from "react";

/** More than these stand in two columns. */
const ONE_COLUMN = 6;

export function isPacked(count: number): boolean {
  return count > ONE_COLUMN;
}

/** Up to this many in two columns are set larger. */
const LARGE = 12;

/** Rows and columns for this many, and how large they are, as custom properties. */
export function packing(count: number): CSSProperties {
  const columns = isPacked(count) ? 2 : 1;
  const size = isPacked(count) && count <= LARGE ? 1.2 : 1;
  const rows = Math.ceil(count / columns);
  return { "--columns": columns, "--rows": rows, "--size": size } as CSSProperties;
}
