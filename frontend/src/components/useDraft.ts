// A draft on the screen, and what is kept of it.

import { useEffect, useState } from "react";

import type { Draft } from "../api/drafts";

/** `isSettled`: the server has it, so it is kept no longer; on the screen it stays. */
export function useDraft<Value>(
  draft: Draft | undefined,
  isFit: (kept: unknown) => kept is Value,
  isSettled: (value: Value) => boolean = () => false,
): [Value | null, (next: Value | null) => void] {
  const [value, setValue] = useState<Value | null>(() => {
    const kept = draft?.read();
    return isFit(kept) ? kept : null;
  });
  const isDone = value !== null && isSettled(value);
  useEffect(() => {
    if (isDone) draft?.write(null);
  }, [isDone, draft]);
  return [
    value,
    (next) => {
      setValue(() => next);
      draft?.write(next);
    },
  ];
}

export function isText(kept: unknown): kept is string {
  return typeof kept === "string";
}

/** Some of these, none twice. */
export function isSomeOf(ids: readonly string[]): (kept: unknown) => kept is readonly string[] {
  return (kept): kept is readonly string[] =>
    Array.isArray(kept) &&
    kept.every((id) => ids.includes(id)) &&
    new Set(kept).size === kept.length;
}
