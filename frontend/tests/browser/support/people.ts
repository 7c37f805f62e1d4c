// People for a test: they join and answer through the API, as phones do.

import { type Api, ask, connect } from "../../../src/api/client.ts";
import type { Joined } from "../../../src/api/schema";
import type { Server } from "./server.ts";

export type Person = Joined & {
  api: Api;
  answer: (activity: string, body: object) => Promise<void>;
};

/** Joins that run at the same time. */
const AT_ONCE = 50;

/** What went well, or an error that says why not. */
export async function done<Data>(
  asked: Promise<{ ok: true; data: Data } | { ok: false; problem: unknown }>,
): Promise<Data> {
  const outcome = await asked;
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.data;
}

export async function join(server: Server, session: string, nickname: string): Promise<Person> {
  const joined = await done(
    ask(
      server.admin.POST("/api/v1/sessions/{id}/participants", {
        params: { path: { id: session } },
        body: { nickname },
      }),
    ),
  );
  const api = connect(server.url, joined.participant_token);
  const answer = async (aid: string, body: object) => {
    const path = { id: session, aid };
    await done(
      ask(
        api.PUT("/api/v1/sessions/{id}/activities/{aid}/response", {
          params: { path },
          body: body as never,
        }),
      ),
    );
  };
  return { ...joined, api, answer };
}

/** Many people with names of their own. */
export async function crowd(server: Server, session: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - from);
    await Promise.all(
      Array.from({ length: size }, (_, index) =>
        join(server, session, `Guest number ${from + index + 1}`),
      ),
    );
  }
}
