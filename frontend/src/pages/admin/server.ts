// The administrator's client. The browser keeps the cookie; no token is held by the page.

import type { Middleware } from "openapi-fetch";

import { baseUrl } from "../../api/base";
import { type Api, ask, connect, fetchInTime, type Outcome } from "../../api/client";
import type { FieldProblem } from "../../api/schema";
import { missed, reached } from "./reach";
import { signedInAgain, signInsSoFar } from "./who";

/** What any operation may say is wrong. */
export type Trouble = {
  status: number;
  code: string;
  detail?: string;
  errors?: readonly FieldProblem[];
};

/** Requests on their way, as they were, and how many sign-ins there had been. */
const underWay = new Map<string, { again: Request; signIns: number }>();

/** Where the sign-in has ended, what was asked waits for the next one and then goes on. */
const resuming: Middleware = {
  onRequest({ request, id }) {
    underWay.set(id, { again: request.clone(), signIns: signInsSoFar() });
  },
  async onResponse({ response, id }) {
    const asked = underWay.get(id);
    underWay.delete(id);
    if (response.ok || response.headers.get("content-type") === PROBLEM) reached();
    else missed();
    if (response.status !== 401 || asked === undefined) return undefined;
    const isDeed = asked.again.method !== "GET";
    return (await signedInAgain(asked.signIns, isDeed)) ? fetchInTime(asked.again) : undefined;
  },
  onError({ id }) {
    underWay.delete(id);
    missed();
  },
};

const PROBLEM = "application/problem+json";

export const api: Api = connect(baseUrl);
api.use(resuming);

/** For what follows a session: it says itself when it can't go on. */
export const following: Api = connect(baseUrl);

export const call = ask;

/** Where which operation it is, and with it the type of the request, depends on the case. */
export function callAs<Data>(asked: Promise<unknown>): Promise<Outcome<Data, Trouble>> {
  return call(asked as Promise<never>) as Promise<Outcome<Data, Trouble>>;
}

/** The precondition that nobody else has changed the session. */
export function ifMatch(revision: number): { "If-Match": string } {
  return { "If-Match": `"${revision}"` };
}
