// What the browser keeps for us, which it may refuse, or fill up; then the page itself remembers.

export type Storage = {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
};

/** For a browser that refuses, and for tests. */
export function memoryStorage(): Storage {
  const held = new Map<string, string>();
  return {
    get: (key) => held.get(key) ?? null,
    set: (key, value) => void held.set(key, value),
    remove: (key) => void held.delete(key),
    keys: (prefix) => [...held.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** What the browser keeps, and what it refused to keep for as long as the page is open. */
export function browserStorage(open: () => globalThis.Storage): Storage {
  const refused = memoryStorage();
  const attempt = <T>(ask: (kept: globalThis.Storage) => T, otherwise: T): T => {
    try {
      return ask(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => refused.get(key) ?? attempt((kept) => kept.getItem(key), null),
    set(key, value) {
      const kept = attempt((to) => {
        to.setItem(key, value);
        return true;
      }, false);
      if (kept) refused.remove(key);
      else refused.set(key, value);
    },
    remove(key) {
      refused.remove(key);
      attempt((kept) => kept.removeItem(key), undefined);
    },
    keys: (prefix) => [
      ...new Set([
        ...refused.keys(prefix),
        ...attempt((kept) => Object.keys(kept).filter((key) => key.startsWith(prefix)), []),
      ]),
    ],
  };
}

/** Of the device: the same in all tabs, also tomorrow. */
export const storage: Storage = browserStorage(() => localStorage);

/** Of the tab: it survives a refresh, and a phone that drops the page. */
export const tabStorage: Storage = browserStorage(() => sessionStorage);

/** Calls when another tab changes something whose key starts like this; `value` null: removed. */
export function onOtherTab(
  prefix: string,
  changed: (key: string, value: string | null) => void,
): () => void {
  const listen = ({ key, newValue }: StorageEvent) => {
    if (key?.startsWith(prefix)) changed(key, newValue);
  };
  addEventListener("storage", listen);
  return () => removeEventListener("storage", listen);
}
