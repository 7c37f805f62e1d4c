// What to say about a problem with joining: what happened, and what to do. Pure.

import type { Translate } from "../../i18n/dictionary";
import type { en } from "../../i18n/participant/en";

type Said = { status: number; code: string; detail?: string | null };

export function wordsFor(problem: Said, t: Translate<typeof en>): string {
  const { code, status } = problem;
  switch (code) {
    case "nickname_taken":
    case "text_rejected":
    case "session_completed":
    case "session_full":
    case "joining_closed":
    case "banned":
    case "unreachable":
      return t(code);
    case "validation":
      return t("nickname_invalid");
    default:
      if (status === 429) return t("too_many");
      if (status === 404) return t("gone");
      if (status >= 500) return t("unreachable");
      return t("problem", { detail: problem.detail ?? code });
  }
}

/** Nothing that is typed here would help. */
export function isFinal(code: string): boolean {
  return ["session_completed", "joining_closed", "banned"].includes(code);
}
