// A page that follows a session speaks its language, before it is drawn.

import { useLayoutEffect } from "react";

import { suggestLanguage } from "./language";

/** Undefined: it is not known yet. */
export function useSessionLanguage(tag: string | null | undefined): void {
  useLayoutEffect(() => {
    if (tag !== undefined) suggestLanguage(tag);
  }, [tag]);
}
