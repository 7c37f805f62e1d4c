// Who is signed in. `expired`: the sign-in ended while the page was in use; what is typed stays, and
// what was being done waits for the next sign-in.

import { useSyncExternalStore } from "react";

import { baseUrl } from "../../api/base";
import { ask, connect } from "../../api/client";
import type { SignedIn } from "../../api/schema";
import { missed } from "./reach";
import type { Trouble } from "./server";

export type Who =
  | { state: "asking" }
  | { state: "nobody" }
  | { state: "unknown"; trouble: Trouble }
  /** `signIns`: how often somebody signed in, so that what has ended with it begins again. */
  | { state: "in"; admin: SignedIn; signIns: number }
  /** `isAsked`: for the token, now. Otherwise somebody wants to sign in later. */
  | { state: "expired"; admin: SignedIn; signIns: number; isAsked: boolean };

let signIns = 0;
let who: Who = { state: "asking" };
let waiting: ((isIn: boolean) => void)[] = [];
const listeners = new Set<() => void>();

function set(next: Who): void {
  who = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

export function useWho(): Who {
  return useSyncExternalStore(subscribe, () => who);
}

/** Changes with every sign-in. */
export function useSignIns(): number {
  return useSyncExternalStore(subscribe, signInsSoFar);
}

export function signInsSoFar(): number {
  return signIns;
}

/** Whether it is of any use to ask the server for something. */
export function isSignedIn(): boolean {
  return who.state === "in";
}

export async function askWho(): Promise<void> {
  const asked = await ask(connect(baseUrl).GET("/api/v1/auth/me"));
  if (asked.ok) set({ state: "in", admin: asked.data, signIns });
  else if (asked.problem.status === 401) set({ state: "nobody" });
  else {
    if (asked.problem.status === 0) missed();
    set({ state: "unknown", trouble: asked.problem });
  }
}

/** Null: it worked. */
export async function signIn(token: string): Promise<(Trouble & { retryAfterMs: number }) | null> {
  const asked = await ask(connect(baseUrl).POST("/api/v1/auth/login", { body: { token } }));
  if (!asked.ok) return { ...asked.problem, retryAfterMs: asked.retryAfterMs };
  signIns += 1;
  set({ state: "in", admin: asked.data, signIns });
  goOn(true);
  return null;
}

export async function signOut(): Promise<Trouble | null> {
  const asked = await ask(connect(baseUrl).POST("/api/v1/auth/logout"));
  if (!asked.ok) return asked.problem;
  set({ state: "nobody" });
  goOn(false);
  return null;
}

/**
 * The server no longer takes the cookie, which it did after so many sign-ins. True, perhaps much
 * later: somebody has signed in. False: not now. `isDeed`: somebody has just asked for it; what the
 * page asks for by itself does not ask for the token twice.
 */
export function signedInAgain(after: number, isDeed: boolean): Promise<boolean> {
  if (who.state === "in" && who.signIns !== after) return Promise.resolve(true);
  if (who.state === "in") set({ ...who, state: "expired", isAsked: true });
  else if (who.state !== "expired") return Promise.resolve(false);
  else if (!who.isAsked && !isDeed) return Promise.resolve(false);
  else if (!who.isAsked) set({ ...who, isAsked: true });
  return new Promise((resolve) => waiting.push(resolve));
}

/** Whoever does not want to sign in now is asked again when they do something that needs it. */
export function later(): void {
  if (who.state === "expired") set({ ...who, isAsked: false });
  goOn(false);
}

function goOn(isIn: boolean): void {
  const resumed = waiting;
  waiting = [];
  for (const resume of resumed) resume(isIn);
}
