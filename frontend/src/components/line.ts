// What people type, as the server takes it. Pure.

/** Keyboards and copying leave them behind, nobody sees them, and the server refuses them. */
const HIDDEN = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/** One line, nothing around it, nothing hidden in it. */
export function oneLine(text: string): string {
  return text.replace(HIDDEN, "").replace(/\s+/gu, " ").trim();
}
