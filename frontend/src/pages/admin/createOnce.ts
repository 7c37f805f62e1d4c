// Creates a session. One whose creation was not answered may be there all the same: it is looked for
// before it is made again.

import type { Outcome } from "../../api/client";
import type { SessionResource } from "../../api/schema";
import { api, call, type Trouble } from "./server";

/** A request without an answer, and when it was sent by the clock of this page. */
export type Lost = { name: string; sentMs: number };

/** The server's date has whole seconds, and its answer was on its way. */
const SLACK_MS = 5_000;

export async function createOnce(
  name: string,
  lost: { current: Lost | null },
): Promise<Outcome<SessionResource, Trouble>> {
  if (lost.current?.name === name) {
    const found = await find(lost.current);
    if (found !== null) return found;
  }
  const sentMs = performance.now();
  const asked = await call(api.POST("/api/v1/sessions", { body: { name } }));
  const isLost = !asked.ok && (asked.problem.status === 0 || asked.problem.status >= 500);
  // Of several the first: any of them may be there.
  if (isLost && lost.current?.name !== name) lost.current = { name, sentMs };
  return asked;
}

/** Null: it is not there. Whoever can't be asked makes nothing either. */
async function find({ name, sentMs }: Lost): Promise<Outcome<SessionResource, Trouble> | null> {
  const query = { q: name, status: "draft", limit: 200 } as const;
  const asked = await call(api.GET("/api/v1/sessions", { params: { query } }));
  if (!asked.ok) return asked;
  const serverMs = Date.parse(asked.response.headers.get("date") ?? "");
  const sinceMs = serverMs - (performance.now() - sentMs) - SLACK_MS;
  const made = asked.data.items.find(
    (session) => session.name === name && isUntouched(session, sinceMs),
  );
  return made === undefined ? null : { ...asked, data: made };
}

function isUntouched(session: SessionResource, sinceMs: number): boolean {
  const { activity_count, participant_count, created_at } = session;
  return activity_count + participant_count === 0 && Date.parse(created_at) >= sinceMs;
}
