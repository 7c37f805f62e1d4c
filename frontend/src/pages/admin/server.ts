// The administrator's client. The browser keeps the cookie; no token is held by the page.

import { baseUrl } from "../../api/base";
import { type Api, ask, connect, type Outcome } from "../../api/client";
import type { FieldProblem } from "../../api/schema";
import { signedOut } from "./who";

export const api: Api = connect(baseUrl);

/** What any operation may say is wrong. */
export type Trouble = {
  status: number;
  code: string;
  detail?: string;
  errors?: readonly FieldProblem[];
};

/** As `ask`; and where the sign-in has ended, the page asks for it again. */
export const call = (async (asked: Promise<never>) => {
  const outcome = (await ask(asked)) as Outcome<unknown, Trouble>;
  if (!outcome.ok && outcome.problem.status === 401) signedOut();
  return outcome;
}) as typeof ask;

/** Where which operation it is, and with it the type of the request, depends on the case. */
export function callAs<Data>(asked: Promise<unknown>): Promise<Outcome<Data, Trouble>> {
  return call(asked as Promise<never>) as Promise<Outcome<Data, Trouble>>;
}

/** The precondition that nobody else has changed the session. */
export function ifMatch(revision: number): { "If-Match": string } {
  return { "If-Match": `"${revision}"` };
}
