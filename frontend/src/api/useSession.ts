// The subscription: a component is drawn again when what it picks has changed.

import { useSyncExternalStore } from "react";

import type { LiveSession, SessionState } from "./live";

/** `useSession(live, (state) => state.frame?.activity)`: sections keep their identity while they
 * don't change, so picking one is enough; a pick must not build a new object. */
export function useSession(live: LiveSession): SessionState;
export function useSession<Picked>(
  live: LiveSession,
  pick: (state: SessionState) => Picked,
): Picked;
export function useSession<Picked>(live: LiveSession, pick?: (state: SessionState) => Picked) {
  return useSyncExternalStore<SessionState | Picked>(live.subscribe, () =>
    pick === undefined ? live.get() : pick(live.get()),
  );
}
