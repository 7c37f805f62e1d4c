// Which language the page speaks: the browser's, unless somebody chose another.

import { useSyncExternalStore } from "react";

import { onOtherTab, storage } from "../api/storage";

export type Language = "en" | "es";

/** In their own words, for the switch. */
export const LANGUAGES: Record<Language, string> = { en: "English", es: "Español" };

const KEY = "caja:language";

const listeners = new Set<() => void>();
let current: Language = chosen(storage.get(KEY), navigator.languages);
mark();
onOtherTab(KEY, (_, value) => use(chosen(value, navigator.languages)));

/** The first of the browser's languages that there is; English where none is. */
export function chosen(kept: string | null, preferred: readonly string[]): Language {
  for (const tag of [kept ?? "", ...preferred]) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    if (Object.keys(LANGUAGES).includes(language)) return language as Language;
  }
  return "en";
}

export function language(): Language {
  return current;
}

/** Somebody's choice, kept. */
export function setLanguage(next: Language): void {
  storage.set(KEY, next);
  use(next);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language);
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

function use(next: Language): void {
  if (next === current) return;
  current = next;
  mark();
  for (const listener of [...listeners]) listener();
}

/** Both languages are written from the left; what people type goes its own way by `dir="auto"`. */
function mark(): void {
  document.documentElement.lang = current;
  document.documentElement.dir = "ltr";
}
