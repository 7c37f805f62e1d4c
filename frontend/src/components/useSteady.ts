// A value that changes no more often than people can follow; the last one always arrives.

import { useEffect, useRef, useState } from "react";

export function useSteady<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const changedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (value === shown) return;
    // Newer values that come meanwhile wait for the same instant.
    const inMs = Math.max(0, changedAt.current + everyMs - performance.now());
    const id = setTimeout(() => {
      changedAt.current = performance.now();
      setShown(() => value);
    }, inMs);
    return () => clearTimeout(id);
  }, [value, shown, everyMs]);
  return shown;
}
