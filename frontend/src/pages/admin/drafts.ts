// What people are writing and have not saved: kept for as long as the page is open, whatever part of
// it they look at. Pure, but for the store at the end.

import { useSyncExternalStore } from "react";

import { freshPoker, cleanedPoker } from "../../activities/poker/decks";
import { cleanedPoll, freshPoll } from "../../activities/poll/draft";
import { cleanedQuiz, freshQuiz } from "../../activities/quiz/draft";
import { freshWordCloud } from "../../activities/wordcloud/draft";
import type {
  ActivityKind,
  ActivityResource,
  CreateActivity,
  FieldProblem,
} from "../../api/schema";

/** What is written of an activity. */
export type Written = CreateActivity;

export type Draft = {
  /** The activity's id, or one of the page's own while the server has none. */
  key: string;
  isNew: boolean;
  written: Written;
  /** What the server had when writing began; null: nothing. */
  base: Written | null;
  errors: readonly FieldProblem[];
  /** What the server has meanwhile, where that is something else. */
  theirs: Written | "deleted" | null;
};

export function fresh(key: string, type: ActivityKind): Draft {
  return { key, isNew: true, written: blank(type), base: null, errors: [], theirs: null };
}

function blank(type: ActivityKind): Written {
  switch (type) {
    case "poll":
      return { type, title: "", config: freshPoll() };
    case "poker":
      return { type, title: "", config: freshPoker() };
    case "quiz":
      return { type, title: "", config: freshQuiz() };
    case "wordcloud":
      return { type, title: "", config: freshWordCloud() };
  }
}

export function writtenOf(activity: ActivityResource): Written {
  const { type, title, config } = activity;
  return { type, title, config } as Written;
}

export function draftOf(activity: ActivityResource): Draft {
  const written = writtenOf(activity);
  return { key: activity.id, isNew: false, written, base: written, errors: [], theirs: null };
}

/** What the server is told of it. */
export function bodyOf(written: Written): Written {
  const title = written.title.trim();
  switch (written.type) {
    case "poll":
      return { ...written, title, config: cleanedPoll(written.config) };
    case "poker":
      return { ...written, title, config: cleanedPoker(written.config) };
    case "quiz":
      return { ...written, title, config: cleanedQuiz(written.config) };
    case "wordcloud":
      return { ...written, title };
  }
}

export function isDirty(draft: Draft): boolean {
  return draft.base === null || !isSame(draft.written, draft.base);
}

/** Something else is written now: what was wrong with what has changed need not be so any more. */
export function rewritten(draft: Draft, written: Written): Draft {
  const errors = draft.errors.filter(({ pointer }) =>
    isSame(valueAt(draft.written, pointer), valueAt(written, pointer)),
  );
  return { ...draft, written, errors };
}

/** By JSON pointer (RFC 6901). */
export function valueAt(value: unknown, pointer: string): unknown {
  const parts = pointer.split("/").slice(1);
  return parts.reduce<unknown>((at, part) => {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    return typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  }, value);
}

/** Whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}

/**
 * What the server has now, against what it had when writing began. Where nobody else has changed
 * this activity, saving may go on with the new revision.
 */
export function compared(draft: Draft, now: ActivityResource | undefined): Draft {
  if (draft.isNew) return draft;
  if (now === undefined) return { ...draft, theirs: "deleted" };
  const theirs = writtenOf(now);
  return isSame(theirs, draft.base) ? draft : { ...draft, theirs };
}

/** Where two versions differ, as JSON pointers: as deep as it can be said. */
export function changed(one: unknown, other: unknown, at = ""): string[] {
  if (isSame(one, other)) return [];
  const isDeep = (value: unknown) => typeof value === "object" && value !== null;
  if (!isDeep(one) || !isDeep(other)) return [at];
  if (Array.isArray(one) && Array.isArray(other) && one.length !== other.length) return [at];
  const [left, right] = [one, other] as [Record<string, unknown>, Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => changed(left[key], right[key], `${at}/${key}`));
}

/** Their version as what writing began with: saving now overwrites it knowingly. */
export function keepMine(draft: Draft): Draft {
  if (draft.theirs === "deleted") return { ...draft, isNew: true, base: null, theirs: null };
  return { ...draft, base: draft.theirs ?? draft.base, theirs: null };
}

/** Whether the server has what was sent: it may have filled in what was left out. */
export function fits(sent: unknown, found: unknown): boolean {
  if (sent === undefined || sent === null || sent === "") return true;
  if (Array.isArray(sent)) {
    const items = Array.isArray(found) ? found : [];
    return sent.length === items.length && sent.every((each, at) => fits(each, items[at]));
  }
  if (typeof sent !== "object") return sent === found;
  const other = (found ?? {}) as Record<string, unknown>;
  return Object.entries(sent).every(([key, each]) => fits(each, other[key]));
}

type Held = ReadonlyMap<string, Draft>;

const NONE: Held = new Map();
const sessions = new Map<string, Held>();
const listeners = new Set<() => void>();

function set(session: string, held: Held): void {
  if (held.size === 0) sessions.delete(session);
  else sessions.set(session, held);
  for (const listener of [...listeners]) listener();
}

export function putDraft(session: string, draft: Draft): void {
  const held = new Map(sessions.get(session) ?? NONE);
  held.set(draft.key, draft);
  set(session, held);
}

export function dropDraft(session: string, key: string): void {
  const held = new Map(sessions.get(session) ?? NONE);
  held.delete(key);
  set(session, held);
}

export function dropDrafts(session: string): void {
  set(session, NONE);
}

export function dropAllDrafts(): void {
  sessions.clear();
  for (const listener of [...listeners]) listener();
}

export function draftsOf(session: string): Held {
  return sessions.get(session) ?? NONE;
}

export function useDrafts(session: string): Held {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => draftsOf(session),
  );
}

export function hasUnsaved(): boolean {
  return [...sessions.values()].some((held) => [...held.values()].some(isDirty));
}

/** Whatever closes or reloads the page asks first. */
addEventListener("beforeunload", (event) => {
  if (hasUnsaved()) event.preventDefault();
});
