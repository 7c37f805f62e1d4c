// What people typed, as moderators see it: no frame has it.

import { useEffect, useState } from "react";

import { type Api, ask, type Outcome } from "./client";
import type { LiveSession } from "./live";
import type { ModerationItem, PageModerationItem, TextStatus } from "./schema";

export type Filter = { activity?: string; status?: TextStatus };

/** As many as the server gives at a time, and pages that are asked for: more is for administration. */
const PAGE = 200;
const PAGES = 5;

/** Others moderate, too. */
const EVERY_MS = 5_000;

/** `items` is null until they are here, and keeps what was there while the network is away. `reload`
 * asks at once, after a change of one's own, and so does another `news`. */
export function useItems(
  live: LiveSession,
  { activity, status }: Filter,
  news: unknown = null,
): { items: readonly ModerationItem[] | null; reload: () => void } {
  const filter = `${activity} ${status}`;
  const [loaded, setLoaded] = useState<{ filter: string; items: ModerationItem[] } | null>(null);
  const [asked, askAgain] = useState(0);
  useEffect(() => {
    let isOver = false;
    let id = 0;
    const load = async () => {
      if (document.visibilityState !== "visible") {
        id = window.setTimeout(load, EVERY_MS);
        return;
      }
      const items = await itemsOf(live.api, live.id, {
        ...(activity === undefined ? {} : { activity }),
        ...(status === undefined ? {} : { status }),
      });
      if (isOver) return;
      if (items !== null) setLoaded({ filter, items });
      id = window.setTimeout(load, EVERY_MS);
    };
    void load();
    return () => {
      isOver = true;
      clearTimeout(id);
    };
  }, [live, activity, status, filter, news, asked]);
  return {
    items: loaded?.filter === filter ? loaded.items : null,
    reload: () => askAgain((count) => count + 1),
  };
}

/** Null where they can't be had. */
async function itemsOf(api: Api, id: string, filter: Filter): Promise<ModerationItem[] | null> {
  const items: ModerationItem[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const outcome = await pageOf(api, id, filter, cursor);
    if (!outcome.ok) return null;
    items.push(...outcome.data.items);
    cursor = outcome.data.next_cursor;
    if (cursor === null) break;
  }
  return items;
}

function pageOf(
  api: Api,
  id: string,
  filter: Filter,
  cursor: string | null,
): Promise<Outcome<PageModerationItem, unknown>> {
  const query = { ...filter, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
  return ask(api.GET("/api/v1/sessions/{id}/moderation", { params: { path: { id }, query } }));
}
