// The runner token on its way from the link into this tab: never left in the address bar.

/** What a tab keeps; a browser may refuse, then only the page remembers. */
export type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const KEY = "caja:run:";

const remembered = new Map<string, string>();

/** `run/{session}` as `place()` gives it; null for anything else. */
export function sessionIn(place: string): string | null {
  return /^run\/([\w-]+)$/.exec(place)?.[1] ?? null;
}

/** Takes the token out of a fragment (`#…`) and keeps it; the fragment is for the caller to strip. */
export function takeToken(session: string, fragment: string, keep: Keep | null): string | null {
  const brought = decode(fragment.replace(/^#/, "")).trim();
  if (brought !== "") {
    remembered.set(session, brought);
    attempt(() => keep?.setItem(KEY + session, brought));
    return brought;
  }
  return remembered.get(session) ?? attempt(() => keep?.getItem(KEY + session)) ?? null;
}

export function forgetToken(session: string, keep: Keep | null): void {
  remembered.delete(session);
  attempt(() => keep?.removeItem(KEY + session));
}

/** The tab's own storage, where the browser lets a page have one. */
export function tabStorage(): Keep | null {
  return attempt(() => sessionStorage) ?? null;
}

function decode(fragment: string): string {
  return attempt(() => decodeURIComponent(fragment)) ?? fragment;
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
