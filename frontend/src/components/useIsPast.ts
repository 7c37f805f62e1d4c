// Whether an instant of the server's clock has come; draws again when it does.

import { useEffect, useState } from "react";

/** Longer timers overflow in browsers. */
const LONGEST_MS = 2 ** 31 - 1;

export function useIsPast(atMs: number | undefined, now: () => number): boolean {
  const [, tick] = useState(0);
  const left = atMs === undefined ? 0 : atMs - now();
  useEffect(() => {
    if (left <= 0) return;
    const id = setTimeout(() => tick((count) => count + 1), Math.min(left + 5, LONGEST_MS));
    return () => clearTimeout(id);
  });
  return atMs !== undefined && left <= 0;
}
