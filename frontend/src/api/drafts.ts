// What somebody has begun and not sent yet: kept by the tab, so that neither a refresh loses it nor
// a phone that drops the page.

import { type Storage, tabStorage } from "./storage";

export type Draft = {
  /** What was kept, by whatever version of the page; null: nothing. */
  read(): unknown;
  /** With null nothing is kept any more. */
  write(value: unknown): void;
};

const prefixOf = (session: string) => `caja:draft:${session}:`;

export function draftOf(session: string, what: string, storage: Storage = tabStorage): Draft {
  const key = prefixOf(session) + what;
  return {
    read() {
      try {
        return JSON.parse(storage.get(key) ?? "null");
      } catch {
        return null;
      }
    },
    write(value) {
      if (value === null) storage.remove(key);
      else storage.set(key, JSON.stringify(value));
    },
  };
}

/** Of a session; `except`: what is still there to be answered. */
export function dropDrafts(session: string, except = "", storage: Storage = tabStorage): void {
  const prefix = prefixOf(session);
  for (const key of storage.keys(prefix)) {
    if (key !== prefix + except) storage.remove(key);
  }
}
