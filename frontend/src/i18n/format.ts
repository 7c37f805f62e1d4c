// Numbers, dates and times as the language writes them.

import type { Language } from "./language";

const numbers = new Map<string, Intl.NumberFormat>();
const dates = new Map<string, Intl.DateTimeFormat>();

function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  let format = numbers.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, options);
    numbers.set(key, format);
  }
  return format;
}

function dateFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let format = dates.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, options);
    dates.set(key, format);
  }
  return format;
}

/** At most `digits` decimals. */
export function formatNumber(value: number, language: Language, digits = 2): string {
  return numberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** `share` from 0 to 1, as whole per cent. */
export function formatPercent(share: number, language: Language): string {
  return numberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

export function formatDateTime(at: string | number, language: Language): string {
  return dateFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

export function formatTime(at: string | number, language: Language): string {
  return dateFormat(language, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** Six to eight digits in groups that can be read out: `482 913`. */
export function formatCode(code: string): string {
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)}\u00a0${code.slice(half)}`;
}
