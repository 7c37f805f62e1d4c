// The words of a cloud that no frame has: hidden ones, and those that count for another.

import { useEffect, useState } from "react";

import { type Api, ask, type Outcome } from "../../api/client";
import type { LiveSession } from "../../api/live";
import type { ModerationItem, PageModerationItem, WordCloudResults } from "../../api/schema";

export type Moderated = { hidden: readonly string[]; joined: readonly string[] };

const NOTHING: Moderated = { hidden: [], joined: [] };

/** As many as the server gives at a time, and pages that are asked for: more is for administration. */
const PAGE = 200;
const PAGES = 5;

/** Others hide and join words, too. */
const EVERY_MS = 5_000;

/** `reload` asks at once: after a change of one's own. */
export function useModerated(
  live: LiveSession,
  activity: string,
  results: WordCloudResults | null,
): { moderated: Moderated; reload: () => void } {
  const [items, setItems] = useState<readonly ModerationItem[]>([]);
  const [asked, askAgain] = useState(0);
  useEffect(() => {
    let isOver = false;
    let id = 0;
    const load = async () => {
      const loaded = await wordsOf(live.api, live.id, activity);
      if (isOver) return;
      if (loaded !== null) setItems(loaded);
      id = window.setTimeout(load, EVERY_MS);
    };
    void load();
    return () => {
      isOver = true;
      clearTimeout(id);
    };
  }, [live, activity, asked]);
  return { moderated: moderatedOf(items, results), reload: () => askAgain((count) => count + 1) };
}

/** What is visible and yet not in the cloud counts for another word; only where all are in it. */
export function moderatedOf(
  items: readonly Pick<ModerationItem, "text" | "status">[],
  results: Pick<WordCloudResults, "words" | "distinct"> | null,
): Moderated {
  if (items.length === 0) return NOTHING;
  const textsOf = (status: ModerationItem["status"]) =>
    items.filter((item) => item.status === status).map(({ text }) => text);
  const shown = new Set(results?.words.map(({ text }) => text));
  const isWhole = results !== null && results.distinct <= results.words.length;
  return {
    hidden: textsOf("hidden"),
    joined: isWhole ? textsOf("visible").filter((text) => !shown.has(text)) : [],
  };
}

/** Null where they can't be had. */
async function wordsOf(api: Api, id: string, activity: string): Promise<ModerationItem[] | null> {
  const items: ModerationItem[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const outcome = await pageOf(api, id, activity, cursor);
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
  activity: string,
  cursor: string | null,
): Promise<Outcome<PageModerationItem, unknown>> {
  const query = { activity, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
  return ask(api.GET("/api/v1/sessions/{id}/moderation", { params: { path: { id }, query } }));
}
