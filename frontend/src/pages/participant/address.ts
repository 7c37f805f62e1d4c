// What the address bar says: the code, or nothing. Pure but for the address itself.

import { useSyncExternalStore } from "react";

import { href, place } from "../../api/base";

const CODE = /^j\/(\d{6,8})$/;

const listeners = new Set<() => void>();

/** The digits of what somebody typed or pasted, also of a whole address. */
export function digits(typed: string): string {
  return /\/j\/(\d{6,8})(?!\d)/.exec(typed)?.[1] ?? typed.replace(/\D/g, "");
}

export function isCode(text: string): boolean {
  return /^\d{6,8}$/.test(text);
}

export function codeOf(path: string): string | null {
  return CODE.exec(path)?.[1] ?? null;
}

/** To a code's page, or with null to where codes are typed. */
export function go(code: string | null): void {
  history.pushState(null, "", href(code === null ? "" : `j/${code}`));
  for (const listener of [...listeners]) listener();
}

/** Of the page's address; null where it has none. */
export function useCode(): string | null {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      addEventListener("popstate", changed);
      return () => {
        listeners.delete(changed);
        removeEventListener("popstate", changed);
      };
    },
    () => codeOf(place()),
  );
}
