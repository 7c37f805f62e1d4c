// Who is signed in. `expired`: the sign-in ended while the page was in use; what is typed stays.

import { useSyncExternalStore } from "react";

import { baseUrl } from "../../api/base";
import { ask, connect } from "../../api/client";
import type { SignedIn } from "../../api/schema";
import type { Trouble } from "./server";

export type Who =
  | { state: "asking" }
  | { state: "nobody" }
  | { state: "unknown"; trouble: Trouble }
  /** `signIns`: how often somebody signed in, so that what has ended with it begins again. */
  | { state: "in" | "expired"; admin: SignedIn; signIns: number };

let signIns = 0;
let who: Who = { state: "asking" };
const listeners = new Set<() => void>();

function set(next: Who): void {
  who = next;
  for (const listener of [...listeners]) listener();
}

export function useWho(): Who {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => who,
  );
}

export async function askWho(): Promise<void> {
  const asked = await ask(connect(baseUrl).GET("/api/v1/auth/me"));
  if (asked.ok) set({ state: "in", admin: asked.data, signIns });
  else if (asked.problem.status === 401) set({ state: "nobody" });
  else set({ state: "unknown", trouble: asked.problem });
}

/** Null: it worked. */
export async function signIn(token: string): Promise<Trouble | null> {
  const asked = await ask(connect(baseUrl).POST("/api/v1/auth/login", { body: { token } }));
  if (!asked.ok) return asked.problem;
  signIns += 1;
  set({ state: "in", admin: asked.data, signIns });
  return null;
}

export async function signOut(): Promise<Trouble | null> {
  const asked = await ask(connect(baseUrl).POST("/api/v1/auth/logout"));
  if (!asked.ok) return asked.problem;
  set({ state: "nobody" });
  return null;
}

/** The server no longer takes the cookie. */
export function signedOut(): void {
  if (who.state === "in") set({ ...who, state: "expired" });
}

/** Whoever does not want to sign in now is asked again by whatever needs it. */
export function later(): void {
  if (who.state === "expired") set({ ...who, state: "in" });
}
