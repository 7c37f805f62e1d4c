// The runner token on its way from the link into this tab: never left in the address bar.

import { type Storage, tabStorage } from "../../api/storage";

const KEY = "caja:run:";

/** `run/{session}` as `place()` gives it; null for anything else. */
export function sessionIn(place: string): string | null {
  return /^run\/([\w-]+)$/.exec(place)?.[1] ?? null;
}

/** Takes the token out of a fragment (`#…`) and keeps it; the fragment is for the caller to strip. */
export function takeToken(
  session: string,
  fragment: string,
  storage: Storage = tabStorage,
): string | null {
  const brought = decode(fragment.replace(/^#/, "")).trim();
  if (brought === "") return storage.get(KEY + session);
  storage.set(KEY + session, brought);
  return brought;
}

export function forgetToken(session: string, storage: Storage = tabStorage): void {
  storage.remove(KEY + session);
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
