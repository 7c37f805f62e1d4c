// Who this device is in a session: kept until they leave, the same in all tabs, after sleep and
// after a refresh.

import { randomUuid } from "./random";
import type { Joined } from "./schema";
import { onOtherTab, type Storage } from "./storage";

export type Identity = Pick<Joined, "participant_id" | "participant_token" | "nickname">;

export type Identities = {
  of(session: string): Identity | null;
  /** The session that this code led to last: codes are given again after a session's end. */
  sessionOf(code: string): string | null;
  keep(session: string, code: string, joined: Joined): void;
  renamed(session: string, nickname: string): void;
  /** Who leaves on their own takes the client's id along: who joins next from here is somebody
   * else. Who was sent away is still the same. */
  forget(session: string, isSomebodyElseNext: boolean): void;
  /** A secret, sent with joining: if the reply is lost, joining again gives the same person. */
  clientId(session: string): string;
  /** Calls when another tab joined, was renamed or left. */
  watch(session: string, changed: (identity: Identity | null) => void): () => void;
};

const WHO = "caja:who:";
const CODE = "caja:code:";
const CLIENT = "caja:client:";

export function createIdentities(storage: Storage, newUuid: () => string = randomUuid): Identities {
  return {
    of: (session) => parse(storage.get(WHO + session)),
    sessionOf: (code) => storage.get(CODE + code),
    keep(session, code, { participant_id, participant_token, nickname }) {
      const identity: Identity = { participant_id, participant_token, nickname };
      storage.set(WHO + session, JSON.stringify(identity));
      storage.set(CODE + code, session);
    },
    renamed(session, nickname) {
      const identity = parse(storage.get(WHO + session));
      if (identity === null) return;
      storage.set(WHO + session, JSON.stringify({ ...identity, nickname }));
    },
    forget(session, isSomebodyElseNext) {
      storage.remove(WHO + session);
      if (isSomebodyElseNext) storage.remove(CLIENT + session);
    },
    clientId(session) {
      const known = storage.get(CLIENT + session);
      if (known !== null) return known;
      const fresh = newUuid();
      storage.set(CLIENT + session, fresh);
      return fresh;
    },
    watch: (session, changed) => onOtherTab(WHO + session, (_, value) => changed(parse(value))),
  };
}

function parse(kept: string | null): Identity | null {
  if (kept === null) return null;
  try {
    const identity = JSON.parse(kept) as Partial<Identity> | null;
    return typeof identity?.participant_token === "string" ? (identity as Identity) : null;
  } catch {
    return null;
  }
}
