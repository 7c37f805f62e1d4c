// What is typed outside the editor and not sent yet: it stays while one looks elsewhere in the page.

import { useState } from "react";

const kept = new Map<string, unknown>();

/** As `useState`, by a name of its own. */
export function useKept<Value>(name: string, first: Value): [Value, (next: Value) => void] {
  const [value, set] = useState(() => (kept.has(name) ? (kept.get(name) as Value) : first));
  return [
    value,
    (next) => {
      kept.set(name, next);
      set(() => next);
    },
  ];
}

export function dropKept(): void {
  kept.clear();
}
