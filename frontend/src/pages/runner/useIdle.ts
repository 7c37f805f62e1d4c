// Whether the presenter has left mouse and keyboard alone for a while.

import { useEffect, useState } from "react";

/** Long enough to find a button, short enough not to stand in the picture. */
const IDLE_MS = 3_500;

export function useIdle(): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    let id = 0;
    const awake = () => {
      clearTimeout(id);
      id = window.setTimeout(() => setIdle(true), IDLE_MS);
      setIdle(false);
    };
    awake();
    addEventListener("pointermove", awake);
    addEventListener("pointerdown", awake);
    addEventListener("focusin", awake);
    return () => {
      clearTimeout(id);
      removeEventListener("pointermove", awake);
      removeEventListener("pointerdown", awake);
      removeEventListener("focusin", awake);
    };
  }, []);
  return isIdle;
}
