// The words of a cloud that no frame has: hidden ones, and those that count for another.

import type { LiveSession } from "./live";
import type { ModerationItem, WordCloudResults } from "./schema";
import { useItems } from "./useItems";

export type Moderated = { hidden: readonly string[]; joined: readonly string[] };

const NOTHING: Moderated = { hidden: [], joined: [] };

/** `reload` asks at once: after a change of one's own. */
export function useModerated(
  live: LiveSession,
  activity: string,
  results: WordCloudResults | null,
): { moderated: Moderated; reload: () => void } {
  const { items, reload } = useItems(live, { activity });
  return { moderated: moderatedOf(items ?? [], results), reload };
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
