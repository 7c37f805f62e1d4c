// Two people change the same thing: what only one of them changed is no conflict. Pure.

import { isSame } from "./drafts";

type Flat = Readonly<Record<string, unknown>>;

/** `mine` on top of what is there `now`, and what both have changed, each in another way. */
export function merged<Of extends Flat>(
  base: Of,
  mine: Of,
  now: Of,
): { merged: Of; both: (keyof Of & string)[] } {
  const both: (keyof Of & string)[] = [];
  const result: Record<string, unknown> = { ...now };
  for (const key of Object.keys(mine) as (keyof Of & string)[]) {
    if (isSame(mine[key], base[key])) continue;
    result[key] = mine[key];
    if (!isSame(now[key], base[key]) && !isSame(now[key], mine[key])) both.push(key);
  }
  return { merged: result as Of, both };
}
