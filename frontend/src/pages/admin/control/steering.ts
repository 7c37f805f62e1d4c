// Which controls an activity has now. Pure. The server judges each press; these are those that make
// sense as the activity stands.

import type {
  FrameActivity,
  FrameActivityEntry,
  QuizCurrent,
  Results,
  StoryInFrame,
} from "../../../api/schema";

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

/** Whether it has shown what it was for, so that the next activity may come. */
export function isDone(activity: FrameActivity): boolean {
  if (activity.status !== "active") return true;
  switch (activity.type) {
    case "poll":
    case "wordcloud":
      return activity.revealed;
    case "poker": {
      const { index = 0, of = 0 } = activity.current ?? {};
      return activity.phase === "revealed" && index + 1 >= of;
    }
    case "quiz":
      return activity.phase === "finished";
  }
}

/** Its votes are on the table, and nobody has settled on an estimate yet. */
export function wantsEstimate(
  activity: FrameActivity,
  stories: readonly StoryInFrame[] | null | undefined,
): boolean {
  if (activity.type !== "poker" || activity.phase !== "revealed") return false;
  const story = stories?.find(({ id }) => id === activity.current?.story?.id);
  return activity.status === "active" && story !== undefined && story.estimate === undefined;
}

/** The cards on the table say not what to settle on: nobody estimated, or two camps stand apart. */
export function isDoubtful(results: Results | null): boolean {
  if (results === null || !("bimodal" in results) || results.estimate !== null) return false;
  return results.bimodal || results.proposal === null;
}

/** The one of the controls to press next; undefined where it is none of them. */
export function firstOf(
  activity: FrameActivity,
  actions: readonly Action[],
  stories: readonly StoryInFrame[] | null | undefined,
  results: Results | null,
): Action | undefined {
  if (wantsEstimate(activity, stories)) return isDoubtful(results) ? "revote" : undefined;
  return isDone(activity) ? undefined : actions[0];
}

/** In the order of their use. */
export function actionsOf(activity: FrameActivity, isLeaderboardShown = false): Action[] {
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
      return quiz(
        activity.phase,
        activity.status === "active",
        activity.current,
        isLeaderboardShown,
      );
  }
}

function quiz(
  phase: string,
  isActive: boolean,
  current: QuizCurrent | undefined,
  isLeaderboardShown: boolean,
): Action[] {
  if (!isActive) return phase === "closed" ? ["reveal"] : [];
  switch (phase) {
    case "waiting":
      return ["next"];
    case "countdown":
    case "open":
    case "closed":
      return ["reveal", "redo"];
    case "revealed":
      if (isLeaderboardShown) return ["next", "redo"];
      return current && current.index + 1 >= current.of
        ? ["leaderboard", "next", "redo"]
        : ["next", "leaderboard", "redo"];
    default:
      return [];
  }
}

/** What comes after it and has not run yet; after nothing, the first such. */
export function nextOf(
  entries: readonly FrameActivityEntry[],
  id: string | undefined,
): FrameActivityEntry | undefined {
  const after = entries.findIndex((entry) => entry.id === id) + 1;
  const isLeft = ({ status }: FrameActivityEntry) => status === "draft" || status === "published";
  return entries.slice(after).find(isLeft) ?? entries.find(isLeft);
}
