// What the presenter can do next, from the frame alone. Pure: keyboard, buttons and the label that
// says what Space does all ask here, so they can't disagree.

import type { Frame } from "../../api/frame";
import type { FrameActivity, FrameActivityEntry, Screen } from "../../api/schema";
import { phaseAt } from "../../activities/quiz/phase";

export type Control = {
  action: string;
  estimate?: string;
  participant_id?: string;
  correct?: boolean;
  word?: string;
  from?: string;
  into?: string;
};

export type Verb = "publish" | "unpublish" | "activate" | "expire" | "reopen";

export type Step =
  | ({ do: "control"; activity: string; round: number } & Control)
  | { do: "lifecycle"; activity: string; verb: Verb }
  | { do: "screen"; screen: Screen }
  | { do: "announce"; text: string };

/** A step with the text for its button: a key of the runner's texts and its parameter. */
export type Offer = { label: OfferLabel; title?: string; step: Step };

/** A frame, with the activity that this presenter went back from last. */
export type Steered = Frame & { wentBackFrom?: string | null };

export type OfferLabel =
  | "do_begin"
  | "do_continue"
  | "do_next_activity"
  | "do_previous_activity"
  | "do_reveal"
  | "do_accept"
  | "do_revote"
  | "do_next_story"
  | "do_previous_story"
  | "do_start_quiz"
  | "do_next_question"
  | "do_leaderboard"
  | "do_finish"
  | "do_reopen";

/** Why there is nothing to do now. */
export type Idle = { label: "do_wait" | "do_wait_votes" | "do_nothing" | "do_open_first" };

const NOTHING: Idle = { label: "do_nothing" };
const SCREEN: Screen = { qr: "corner", results: false, leaderboard: false };

export function screenOf(frame: Frame): Screen {
  return frame.screen ?? SCREEN;
}

/** Whether the big screen draws the results of a poll or a word cloud. */
export function showsResults(frame: Frame): boolean {
  const activity = frame.activity;
  return activity !== null && (activity.revealed || screenOf(frame).results);
}

/** What Space and Enter do. */
export function primary(frame: Steered, nowMs: number): Offer | Idle {
  const activity = frame.activity;
  if (frame.session.status === "draft") return { label: "do_open_first" };
  if (frame.session.status === "completed") return NOTHING;
  if (activity === null) return nextActivity(frame) ?? NOTHING;
  switch (activity.type) {
    case "poll":
    case "wordcloud":
      if (!activity.revealed) return offer("do_reveal", control(activity, { action: "reveal" }));
      return nextActivity(frame) ?? NOTHING;
    case "poker":
      return primaryOfPoker(frame, activity);
    case "quiz":
      return primaryOfQuiz(frame, activity, nowMs);
  }
}

/** What the arrow to the right does: on, whether or not anything was revealed. */
export function forward(frame: Steered, nowMs: number): Offer | Idle {
  const activity = frame.activity;
  const isRunning = frame.session.status === "active" && activity?.status === "active";
  if (!isRunning) return frame.session.status === "active" ? onward(frame) : primary(frame, nowMs);
  switch (activity.type) {
    case "poll":
    case "wordcloud":
      return onward(frame);
    case "poker":
      return nextStory(activity) ?? onward(frame);
    case "quiz":
      return primaryOfQuiz(frame, activity, nowMs);
  }
}

/** What the arrow to the left does; null at the beginning. */
export function back(frame: Frame): Offer | null {
  const activity = frame.activity;
  if (frame.session.status !== "active" || activity === null) return null;
  if (activity.type === "poker" && activity.status === "active" && hasStoryBefore(activity)) {
    return offer("do_previous_story", control(activity, { action: "previous" }));
  }
  const before = frame.activities?.[placeOf(frame, activity.id) - 1];
  if (before === undefined) return null;
  return { label: "do_previous_activity", title: before.title, step: begin(before) };
}

/** The title of what going back would end before it is finished. Polls and word clouds are once they
 * are revealed, a quiz at its end; a table has no end of its own. */
export function unfinishedIn({ activity }: Frame): string | null {
  if (activity === null || activity.status !== "active") return null;
  if (activity.type === "quiz") return activity.phase === "finished" ? null : activity.title;
  return hasBoard(activity) && activity.revealed ? null : activity.title;
}

/** The activity that this step leaves for an earlier one; null: it does not go back. */
export function wentBackFrom(frame: Frame, step: Step): string | null {
  const { activity } = frame;
  if (activity === null || step.do !== "lifecycle") return null;
  if (step.verb !== "activate" && step.verb !== "reopen") return null;
  return placeOf(frame, step.activity) < placeOf(frame, activity.id) ? activity.id : null;
}

/** H: on phones and on the screen alike where they were revealed, else on the screen alone. */
export function toggleResults(frame: Frame): Step[] {
  const activity = frame.activity;
  if (activity === null || !hasBoard(activity)) return [];
  const screen = screenOf(frame);
  const setScreen: Step = { do: "screen", screen: { ...screen, results: !screen.results } };
  if (!activity.revealed) return [setScreen];
  const hide = control(activity, { action: "hide" });
  return screen.results ? [hide, setScreen] : [hide];
}

/** Q: large, and back to the corner. */
export function toggleQr(frame: Frame): Step {
  const screen = screenOf(frame);
  return { do: "screen", screen: { ...screen, qr: screen.qr === "full" ? "corner" : "full" } };
}

/** L: polls and word clouds can be locked while they run. */
export function toggleLock(frame: Frame): Step | null {
  const activity = frame.activity;
  if (activity === null || !hasBoard(activity) || activity.status !== "active") return null;
  return control(activity, { action: activity.locked ? "unlock" : "lock" });
}

/** Shows or hides the leaderboard; null where there is none to be shown. */
export function toggleLeaderboard(frame: Frame): Step | null {
  const activity = frame.activity;
  if (activity?.type !== "quiz" || activity.phase !== "revealed") return null;
  if (activity.config.leaderboard === "off") return null;
  const screen = screenOf(frame);
  if (screen.leaderboard || activity.status !== "active") {
    return { do: "screen", screen: { ...screen, leaderboard: !screen.leaderboard } };
  }
  return control(activity, { action: "leaderboard" });
}

/** What else this activity's type can do now, besides `primary`. */
export function others(frame: Frame): Offer[] {
  const activity = frame.activity;
  if (activity === null || frame.session.status !== "active") return [];
  if (activity.status === "expired") {
    const step = { do: "lifecycle", activity: activity.id, verb: "reopen" } as const;
    return [offer("do_reopen", step)];
  }
  if (activity.type !== "poker") return [];
  const revote = offer("do_revote", control(activity, { action: "revote" }));
  const story = nextStory(activity);
  return [...(activity.revealed ? [revote] : []), ...(story === null ? [] : [story])];
}

export function control(activity: Pick<FrameActivity, "id" | "round">, what: Control): Step {
  return { do: "control", activity: activity.id, round: activity.round, ...what };
}

/** Starts an activity, or goes on with one that was over. */
export function begin(entry: Pick<FrameActivityEntry, "id" | "status">): Step {
  const verb = entry.status === "expired" ? "reopen" : "activate";
  return { do: "lifecycle", activity: entry.id, verb };
}

/** Polls and word clouds: what can be revealed, hidden, locked. */
export function hasBoard(activity: FrameActivity): boolean {
  return activity.type === "poll" || activity.type === "wordcloud";
}

export function isOffer(step: Offer | Idle | null): step is Offer {
  return step !== null && "step" in step;
}

type Poker = Extract<FrameActivity, { type: "poker" }>;
type Quiz = Extract<FrameActivity, { type: "quiz" }>;

function primaryOfPoker(frame: Steered, activity: Poker): Offer | Idle {
  const results = frame.results;
  if (!activity.revealed) {
    const voted = results !== null && "voted" in results ? results.voted : 0;
    if (voted > 0) return offer("do_reveal", control(activity, { action: "reveal" }));
    return activity.status === "active" ? { label: "do_wait_votes" } : onward(frame);
  }
  if (activity.status !== "active") return onward(frame);
  if (results !== null && "proposal" in results && results.estimate === null) {
    // Two understandings, or nothing to settle on: they should vote once more.
    if (results.bimodal || results.proposal === null) {
      return offer("do_revote", control(activity, { action: "revote" }));
    }
    const estimate = results.proposal;
    const accept = control(activity, { action: "accept", estimate });
    return { label: "do_accept", title: estimate, step: accept };
  }
  return nextStory(activity) ?? onward(frame);
}

function primaryOfQuiz(frame: Steered, activity: Quiz, nowMs: number): Offer | Idle {
  const isRunning = activity.status === "active";
  switch (phaseAt(activity, nowMs)) {
    case "waiting":
      if (!isRunning) return onward(frame);
      return offer("do_start_quiz", control(activity, { action: "next" }));
    case "countdown":
      return { label: "do_wait" };
    case "open":
    case "closed":
      return offer("do_reveal", control(activity, { action: "reveal" }));
    case "revealed": {
      const leaderboard = screenOf(frame).leaderboard ? null : toggleLeaderboard(frame);
      if (leaderboard !== null) return offer("do_leaderboard", leaderboard);
      if (!isRunning) return onward(frame);
      const isLast =
        activity.current !== undefined && activity.current.index + 1 >= activity.current.of;
      return offer(
        isLast ? "do_finish" : "do_next_question",
        control(activity, { action: "next" }),
      );
    }
    case "finished":
      return onward(frame);
  }
}

function nextStory(activity: Poker): Offer | null {
  const { current } = activity;
  if (current === undefined || current.of === 0) return null;
  // Stories may have been added to a table that voted without one.
  if (current.story !== null && current.index + 1 >= current.of) return null;
  return offer("do_next_story", control(activity, { action: "next" }));
}

function hasStoryBefore({ current }: Poker): boolean {
  return current !== undefined && current.index > 0;
}

function onward(frame: Steered): Offer | Idle {
  return nextActivity(frame) ?? NOTHING;
}

/** The one that was left by going back; else the first one behind the present that has not run; else
 * the first of all that has not. */
function nextActivity(frame: Steered): Offer | null {
  const entries = frame.activities ?? [];
  const place = frame.activity === null ? -1 : placeOf(frame, frame.activity.id);
  const behind = entries.slice(place + 1);
  const left = behind.find(({ id, status }) => id === frame.wentBackFrom && status === "expired");
  if (left !== undefined) return { label: "do_continue", title: left.title, step: begin(left) };
  const isToCome = ({ status }: FrameActivityEntry) => status === "draft" || status === "published";
  const next = behind.find(isToCome) ?? entries.find(isToCome);
  if (next === undefined) return null;
  const label = frame.activity === null ? "do_begin" : "do_next_activity";
  return { label, title: next.title, step: begin(next) };
}

function placeOf(frame: Frame, id: string): number {
  return (frame.activities ?? []).findIndex((entry) => entry.id === id);
}

function offer(label: OfferLabel, step: Step): Offer {
  return { label, step };
}
