// Whether the server answers. While it does not, it is asked again and again, so that whatever waits
// for it goes on by itself.

import { useSyncExternalStore } from "react";

import { baseUrl } from "../../api/base";
import { fetchInTime } from "../../api/client";
import type { Freshness } from "../../api/poller";
import { afterFailure } from "../../api/schedule";

/** Failures in a row after which there is no connection, and not only a hitch. */
const FAILURES_TO_OFFLINE = 3;

let failures = 0;
let isAsking = false;
let followed: Freshness = "fresh";
let timer = 0;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of [...listeners]) listener();
}

/** The server has answered. */
export function reached(): void {
  clearTimeout(timer);
  if (failures === 0) return;
  failures = 0;
  tell();
}

/** No answer came. */
export function missed(): void {
  failures += 1;
  tell();
  clearTimeout(timer);
  timer = window.setTimeout(() => void probe(), afterFailure(failures, 0, Math.random()));
}

async function probe(): Promise<void> {
  if (isAsking) return;
  clearTimeout(timer);
  isAsking = true;
  const isThere = await answers();
  isAsking = false;
  if (isThere) reached();
  else missed();
}

/** A proxy may answer in the server's place; only the server's own word counts. */
async function answers(): Promise<boolean> {
  try {
    const { ok, headers } = await fetchInTime(`${baseUrl}/api/v1/auth/me`, {
      cache: "no-store",
    });
    return ok || (headers.get("content-type") ?? "").startsWith("application/problem+json");
  } catch {
    return false;
  }
}

/** How fresh what follows a session is; `fresh`: nothing follows one. */
export function follows(freshness: Freshness): void {
  if (freshness === followed) return;
  followed = freshness;
  tell();
}

function now(): Freshness {
  if (!navigator.onLine || followed === "offline") return "offline";
  if (failures > 0) return failures >= FAILURES_TO_OFFLINE ? "offline" : "stale";
  return followed === "stale" ? "stale" : "fresh";
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  addEventListener("offline", changed);
  addEventListener("online", changed);
  return () => {
    listeners.delete(changed);
    removeEventListener("offline", changed);
    removeEventListener("online", changed);
  };
}

export function useReach(): Freshness {
  return useSyncExternalStore(subscribe, now);
}

/** Whether the last request was answered. */
export function useIsReached(): boolean {
  return useSyncExternalStore(subscribe, () => failures === 0);
}

addEventListener("online", () => {
  if (failures > 0) void probe();
});
