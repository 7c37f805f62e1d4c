// A list that is shown as far as somebody asked for it, and renews itself while that is cheap.

import { useEffect, useState } from "react";

import type { Outcome, Success } from "../../api/client";
import type { Trouble } from "./server";
import { type Loaded, useLoaded } from "./useLoaded";

export type Page<Item> = { items: Item[]; next_cursor: string | null };
export type Asked = { limit: number; cursor?: string };
type LoadPage<Item> = (asked: Asked) => Promise<Outcome<Page<Item>, Trouble>>;

/** The most that the server gives at once; what takes more than one request is not renewed by itself. */
export const MOST = 200;

export type Rows<Item> = Loaded<Page<Item>> & {
  isRenewed: boolean;
  isLoadingMore: boolean;
  showMore: () => void;
};

/** `step`: how many rows are shown at first, and how many more on demand. */
export function useRows<Item>(
  key: string,
  step: number,
  everyMs: number,
  loadPage: LoadPage<Item>,
): Rows<Item> {
  const [wanted, want] = useState({ key, rows: step });
  const rows = wanted.key === key ? wanted.rows : step;
  const isRenewed = rows <= MOST;
  const loaded = useLoaded(key, () => firstRows(rows, loadPage), isRenewed ? everyMs : null);
  useEffect(() => {
    if (rows > step) void loaded.reload();
    // By each press, also one after a failure, which wants no more rows than the one before.
  }, [wanted]);
  const { items, next_cursor } = loaded.data ?? { items: [], next_cursor: null };
  return {
    ...loaded,
    isRenewed,
    isLoadingMore: next_cursor !== null && items.length < rows && loaded.trouble === null,
    showMore: () => want({ key, rows: items.length + step }),
  };
}

/** The first rows as one, in as few requests as there can be. */
export async function firstRows<Item>(
  rows: number,
  loadPage: LoadPage<Item>,
): Promise<Outcome<Page<Item>, Trouble>> {
  const items: Item[] = [];
  let cursor: string | null = null;
  let last: Success<Page<Item>>;
  do {
    const limit = Math.min(MOST, rows - items.length);
    const asked = await loadPage(cursor === null ? { limit } : { limit, cursor });
    if (!asked.ok) return asked;
    last = asked;
    items.push(...asked.data.items);
    cursor = asked.data.next_cursor;
  } while (cursor !== null && items.length < rows);
  return { ...last, data: { items, next_cursor: cursor } };
}
