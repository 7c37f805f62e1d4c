// The link for the big screen, which the server tells only once: the page remembers those that it had
// made, for as long as it is open, and keeps them nowhere else.

import type { FreshRunnerToken } from "../../api/schema";
import { api, call, type Trouble } from "./server";

const made = new Map<string, FreshRunnerToken>();

export function linkOf(session: string): FreshRunnerToken | null {
  return made.get(session) ?? null;
}

export function forget(session: string, token: string): void {
  if (made.get(session)?.token_id === token) made.delete(session);
}

/** After signing out there is nobody whose links they are. */
export function forgetAll(): void {
  made.clear();
}

export async function makeLink(session: string): Promise<Trouble | FreshRunnerToken> {
  const asked = await call(
    api.POST("/api/v1/sessions/{id}/runner-tokens", { params: { path: { id: session } } }),
  );
  if (!asked.ok) return asked.problem;
  made.set(session, asked.data);
  return asked.data;
}

/** `blocked`: the browser lets this page open no other; then somebody must follow the link. */
export async function openBigScreen(session: string): Promise<Trouble | "opened" | "blocked"> {
  const link = linkOf(session) ?? (await makeLink(session));
  if ("code" in link) return link;
  const opened = open(link.runner_url, "_blank");
  if (opened === null) return "blocked";
  opened.opener = null;
  return "opened";
}
