// A long list of people, loaded in pages as far as somebody looks, the pages in view again and again.
// It knows no browser.

import type { Outcome } from "../../../api/client";
import type { ParticipantResource } from "../../../api/schema";
import type { Trouble } from "../server";

export type Page = { items: ParticipantResource[]; next_cursor: string | null };

export type Known = {
  items: readonly ParticipantResource[];
  /** There is nobody after them. */
  isWhole: boolean;
  trouble: Trouble | null;
};

export type People = {
  get(): Known;
  subscribe(changed: () => void): () => void;
  /** Loads as far as this row. */
  need(row: number): void;
  /** Loads what holds these rows again, and what has come since. */
  refresh(first: number, last: number): Promise<void>;
  /** What this page has done itself is shown at once. */
  edited(now: ParticipantResource): void;
  removed(id: string): void;
};

/** The most that the server gives at once. */
export const PAGE = 200;

type Kept = { cursor: string | null; items: ParticipantResource[]; next: string | null };

export function createPeople(
  load: (cursor: string | null) => Promise<Outcome<Page, Trouble>>,
): People {
  let pages: Kept[] = [];
  let known: Known = { items: [], isWhole: false, trouble: null };
  let wanted = -1;
  let isLoading = false;
  /** How many were loaded when that was last said; none: not even that there is nobody. */
  let shown = -1;
  const gone = new Set<string>();
  const listeners = new Set<() => void>();

  function publish(trouble: Trouble | null): void {
    // Pages overlap for a while after somebody in front of them has gone.
    const seen = new Set<string>(gone);
    const items = pages.flatMap((page) =>
      page.items.filter(({ participant_id: id }) => !seen.has(id) && seen.add(id)),
    );
    known = { items, isWhole: isAtEnd(), trouble };
    shown = loaded();
    for (const listener of [...listeners]) listener();
  }

  function isAtEnd(): boolean {
    return pages.length > 0 && pages[pages.length - 1]!.next === null;
  }

  function loaded(): number {
    return pages.reduce((sum, { items }) => sum + items.length, 0);
  }

  async function loadPage(at: number): Promise<boolean> {
    const cursor = at === 0 ? null : (pages[at]?.cursor ?? pages[at - 1]!.next);
    const asked = await load(cursor);
    if (!asked.ok) {
      publish(asked.problem);
      return false;
    }
    const { items, next_cursor } = asked.data;
    // The page after it keeps where it begins; what is twice counts once.
    const next = pages[at + 1]?.cursor ?? next_cursor;
    pages = [...pages.slice(0, at), { cursor, items, next }, ...pages.slice(at + 1)];
    return true;
  }

  async function loadOn(): Promise<void> {
    if (isLoading) return;
    isLoading = true;
    let isFine = true;
    while (isFine && !isAtEnd() && loaded() <= wanted) isFine = await loadPage(pages.length);
    isLoading = false;
    // Once, however many pages it took: to the end of thousands there are many.
    if (isFine && loaded() !== shown) publish(null);
  }

  return {
    get: () => known,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    need(row) {
      wanted = Math.max(wanted, row);
      void loadOn();
    },
    async refresh(first, last) {
      if (isLoading) return;
      isLoading = true;
      const until = Math.min(Math.floor(last / PAGE), pages.length - 1);
      let isFine = true;
      for (let at = Math.floor(first / PAGE); at <= until && isFine; at += 1) {
        isFine = await loadPage(at);
      }
      // Who has come since stands at the end.
      const end = pages.length - 1;
      if (isFine && end > until && pages[end]!.next === null) isFine = await loadPage(end);
      if (isFine) publish(null);
      isLoading = false;
      void loadOn();
    },
    edited(now) {
      const replace = (person: ParticipantResource) =>
        person.participant_id === now.participant_id ? now : person;
      pages = pages.map((page) => ({ ...page, items: page.items.map(replace) }));
      publish(known.trouble);
    },
    removed(id) {
      gone.add(id);
      publish(known.trouble);
    },
  };
}
