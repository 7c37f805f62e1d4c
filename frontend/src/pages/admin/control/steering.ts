// Which controls an activity has now. Pure. The server judges each press; these are those that make
// sense as the activity stands.

import type { FrameActivity, QuizCurrent } from "../../../api/schema";

export type Action =
  | "next"
  | "previous"
  | "reveal"
  | "hide"
  | "lock"
  | "unlock"
  | "revote"
  | "leaderboard"
  | "redo"
  | "reset";

/** What throws answers away asks once. */
export const ASKS: readonly Action[] = ["reset", "redo"];

/** In the order of their use; the first is the one to press next. */
export function actionsOf(activity: FrameActivity): Action[] {
  switch (activity.type) {
    case "poll":
    case "wordcloud":
      return [
        activity.revealed ? "hide" : "reveal",
        ...(activity.status === "active"
          ? ([activity.locked ? "unlock" : "lock", "reset"] as const)
          : []),
      ];
    case "poker": {
      if (activity.status !== "active") return activity.phase === "voting" ? ["reveal"] : [];
      const { index = 0, of = 0 } = activity.current ?? {};
      const next: Action[] = index + 1 < of ? ["next"] : [];
      const previous: Action[] = index > 0 ? ["previous"] : [];
      return activity.phase === "revealed"
        ? [...next, ...previous, "revote"]
        : ["reveal", ...next, ...previous];
    }
    case "quiz":
      return quiz(activity.phase, activity.status === "active", activity.current);
  }
}

function quiz(phase: string, isActive: boolean, current: QuizCurrent | undefined): Action[] {
  if (!isActive) return phase === "closed" ? ["reveal"] : [];
  switch (phase) {
    case "waiting":
      return ["next"];
    case "countdown":
    case "open":
    case "closed":
      return ["reveal", "redo"];
    case "revealed":
      return current && current.index + 1 >= current.of
        ? ["leaderboard", "next", "redo"]
        : ["next", "leaderboard", "redo"];
    default:
      return [];
  }
}
