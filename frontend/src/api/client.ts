// The only fetch. Every answer is either a success or a problem; nothing throws.

import createClient, { type Client } from "openapi-fetch";

import type { paths, StateFrame } from "./schema.js";

export type Success<Data> = { ok: true; data: Data; response: Response };

/** What the server says is wrong, or that it can't be reached. */
export type Failure<Problem> = { ok: false; problem: Problem; retryAfterMs: number };

export type Outcome<Data, Problem> = Success<Data> | Failure<Problem | Unreachable>;

/** No answer came, or one that is not the server's. */
export type Unreachable = { status: 0; code: "unreachable"; title: string; detail: string };

export type Api = Client<paths, `${string}/${string}`>;

/** Seconds to wait where a refusal does not say. */
const RETRY_AFTER_S = 1;

/** The longest that anybody is kept waiting: what a proxy says of its maintenance may be an hour. */
const LONGEST_RETRY_AFTER_S = 60;

/** A request that nothing holds and that has no answer by then counts as lost. */
export const PATIENCE_MS = 10_000;

/** A request with an end: networks that swallow an answer say nothing, ever. */
export function fetchInTime(asked: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(asked, init);
  const lost = new AbortController();
  const giveUp = () => lost.abort();
  // Until the body is here, too, which is after the answer has begun.
  setTimeout(giveUp, PATIENCE_MS);
  request.signal.addEventListener("abort", giveUp);
  return fetch(request, { signal: lost.signal });
}

/** A client with the credentials of one person or screen. Without a token: nobody's. */
export function connect(baseUrl: string, token?: string): Api {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return createClient<paths>({ baseUrl, headers, fetch: fetchInTime });
}

type Answer = { data?: unknown; error?: unknown; response: Response };
type DataOf<A> = A extends { data: infer Data; error?: never } ? Data : never;
type ProblemOf<A> = A extends { error: infer Problem; data?: never } ? Problem : never;

/** `ask(api.GET("/api/v1/sessions"))`: the outcome, typed by the operation. */
export async function ask<A extends Answer>(
  asked: Promise<A>,
): Promise<Outcome<DataOf<A>, NonNullable<ProblemOf<A>>>> {
  let answer: A;
  try {
    answer = await asked;
  } catch (error) {
    return unreachable(error, 0);
  }
  const { response } = answer;
  if (response.ok) {
    return { ok: true, data: answer.data as DataOf<A>, response };
  }
  const seconds = Number(response.headers.get("retry-after")) || RETRY_AFTER_S;
  const retryAfterMs = Math.min(seconds, LONGEST_RETRY_AFTER_S) * 1000;
  if (!isProblem(answer.error)) {
    return unreachable(`the answer is ${response.status} and no problem`, retryAfterMs);
  }
  const problem = answer.error as unknown as NonNullable<ProblemOf<A>>;
  return { ok: false, problem, retryAfterMs };
}

/** Proxies answer with pages, and with JSON of their own. */
function isProblem(error: unknown): error is { code: string; status: number } {
  const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown };
  return typeof code === "string" && typeof status === "number";
}

function unreachable(error: unknown, retryAfterMs: number): Failure<Unreachable> {
  const detail = error instanceof Error ? error.message : String(error);
  const problem = { status: 0, code: "unreachable", title: "No answer", detail } as const;
  return { ok: false, problem, retryAfterMs };
}

/** What a poll brought. `frame` is null where nothing changed. */
export type Polled = {
  frame: StateFrame | null;
  etag: string | null;
  /** The server's clock; null where a proxy took the header away. */
  timeMs: number | null;
  /** The least time between the starts of a device's polls. */
  pollAfterMs: number;
};

type PollProblem = NonNullable<ProblemOf<Awaited<ReturnType<typeof getState>>>>;

/** Polls a session. `etag` is of the frame the caller has; `waitS` holds the poll until news. */
export async function poll(
  api: Api,
  session: string,
  known: { etag?: string; since?: number; waitS?: number; signal?: AbortSignal } = {},
): Promise<Outcome<Polled, PollProblem>> {
  // Not modified is no problem, but it has no body either, so `ask` can't tell.
  let unchanged: Response | undefined;
  const asked = getState(api, session, known).then((answer) => {
    if (answer.response.status === 304) {
      unchanged = answer.response;
    }
    return answer;
  });
  const outcome = await ask(asked);
  if (unchanged !== undefined) {
    return { ok: true, data: polled(null, unchanged), response: unchanged };
  }
  return outcome.ok ? { ...outcome, data: polled(outcome.data, outcome.response) } : outcome;
}

function getState(
  api: Api,
  session: string,
  known: { etag?: string; since?: number; waitS?: number; signal?: AbortSignal },
) {
  const { etag, since, waitS, signal } = known;
  return api.GET("/api/v1/sessions/{id}/state", {
    params: {
      path: { id: session },
      query: {
        ...(since === undefined ? {} : { since }),
        ...(waitS === undefined ? {} : { wait: waitS }),
      },
      header: etag === undefined ? {} : { "If-None-Match": etag },
    },
    ...(signal === undefined ? {} : { signal }),
    // The server may hold it for longer than anything else takes; the poller has its own patience.
    fetch: (request) => fetch(request),
  });
}

function polled(frame: StateFrame | null, response: Response): Polled {
  const number = (name: string) => Number(response.headers.get(name));
  return {
    frame,
    etag: response.headers.get("etag"),
    timeMs: number("x-caja-time-ms") || null,
    pollAfterMs: number("x-caja-poll-after-ms"),
  };
}
