// A session with people who answer through the API, for what the big screen makes of it.

import { randomUUID } from "node:crypto";

import { type Api, ask, connect, type Outcome } from "../../../src/api/client.ts";
import type { CreateActivity, PollAnswer, Settings } from "../../../src/api/schema.d.ts";
import type { Server } from "./server.ts";

export type Person = { id: string; name: string; api: Api };

export type Event = {
  id: string;
  code: string;
  runnerUrl: string;
  runnerToken: string;
  tokenId: string;
  /** Ids of the activities, in their order. */
  activities: string[];
  join(names: readonly string[]): Promise<Person[]>;
  answer(person: Person, activity: string, body: AnyAnswer): Promise<void>;
  /** As the big screen or its presenter would. */
  control(activity: string, body: object): Promise<void>;
  lifecycle(activity: string, verb: "activate" | "expire" | "reopen" | "publish"): Promise<void>;
};

/** Of any type: the server says what fits. */
export type AnyAnswer = PollAnswer | { [field: string]: unknown };

export function data<Data>(outcome: Outcome<Data, { code: string }>): Data {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.data;
}

export async function createEvent(
  server: Server,
  activities: readonly object[],
  { name = "Autumn all hands", isOpen = true, settings = {} as Partial<Settings> } = {},
): Promise<Event> {
  const { admin } = server;
  const session = data(await ask(admin.POST("/api/v1/sessions", { body: { name, settings } })));
  const path = { id: session.id };
  const ids: string[] = [];
  for (const body of activities) {
    const made = await ask(
      admin.POST("/api/v1/sessions/{id}/activities", {
        params: { path },
        body: body as CreateActivity,
      }),
    );
    ids.push(data(made).id);
  }
  if (isOpen) data(await ask(admin.POST("/api/v1/sessions/{id}/open", { params: { path } })));
  const token = data(
    await ask(admin.POST("/api/v1/sessions/{id}/runner-tokens", { params: { path } })),
  );
  const at = (aid: string) => ({ path: { id: session.id, aid } });
  return {
    id: session.id,
    code: session.code,
    runnerUrl: `${server.url}/run/${session.id}#${token.runner_token}`,
    runnerToken: token.runner_token,
    tokenId: token.token_id,
    activities: ids,
    join: (names) =>
      Promise.all(
        names.map(async (nickname) => {
          const joined = data(
            await ask(
              connect(server.url).POST("/api/v1/sessions/{id}/participants", {
                params: { path },
                body: { nickname, client_id: randomUUID() },
              }),
            ),
          );
          const api = connect(server.url, joined.participant_token);
          return { id: joined.participant_id, name: joined.nickname, api };
        }),
      ),
    async answer(person, activity, body) {
      const route = "/api/v1/sessions/{id}/activities/{aid}/response";
      data(await ask(person.api.PUT(route, { params: at(activity), body: body as PollAnswer })));
    },
    async control(activity, body) {
      const route = "/api/v1/sessions/{id}/activities/{aid}/control";
      data(await ask(admin.POST(route, { params: at(activity), body: body as never })));
    },
    async lifecycle(activity, verb) {
      const route = `/api/v1/sessions/{id}/activities/{aid}/${verb}` as const;
      data(await ask(admin.POST(route, { params: at(activity) })));
    },
  };
}
