// Dates and times as the language writes them.

import type { Language } from "./language";

const dates = new Map<string, Intl.DateTimeFormat>();

function dateFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let format = dates.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, options);
    dates.set(key, format);
  }
  return format;
}

export function formatDateTime(at: string | number, language: Language): string {
  return dateFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

export function formatTime(at: string | number, language: Language): string {
  return dateFormat(language, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}
