// Which language the page speaks: what somebody chose, else the session's, else the browser's.

import { useSyncExternalStore } from "react";

import { onOtherTab, storage } from "../api/storage";

export type Language = "en" | "es";

/** In their own words, for the switch. */
export const LANGUAGES: Record<Language, string> = { en: "English", es: "Español" };

const KEY = "caja:language";

const listeners = new Set<() => void>();
/** Of the session, where it has one. */
let suggested: readonly string[] = [];
let current: Language = chosen(storage.get(KEY), navigator.languages);
mark();
onOtherTab(KEY, (_, kept) => choose(kept));

/** The first of these languages that there is; English where none is. */
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

/** What the session speaks, for who has chosen nothing; null leaves it to the browser. */
export function suggestLanguage(tag: string | null): void {
  suggested = tag === null ? [] : [tag];
  choose(storage.get(KEY));
}

function choose(kept: string | null): void {
  use(chosen(kept, [...suggested, ...navigator.languages]));
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
