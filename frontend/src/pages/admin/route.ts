// Where the page is: in the fragment, so that going back, reloading and links work.

import { useSyncExternalStore } from "react";

import type { SessionStatus } from "../../api/schema";

export type Section = "edit" | "control" | "report";
export type Panel = "people" | "moderation" | "screen";

export type Route =
  | { page: "list"; q: string; status: SessionStatus | null }
  | { page: "session"; id: string; section: Section; panel: Panel };

const SECTIONS: readonly string[] = ["edit", "control", "report"];
const PANELS: readonly string[] = ["people", "moderation", "screen"];
const STATUSES: readonly string[] = ["draft", "active", "completed"];

export function parse(fragment: string): Route {
  const [path = "", search = ""] = fragment.replace(/^#/, "").split("?");
  const query = new URLSearchParams(search);
  const [, sessions, id, section = "edit"] = path.split("/");
  if (sessions === "sessions" && id && SECTIONS.includes(section)) {
    const panel = query.get("panel") ?? "";
    return {
      page: "session",
      id,
      section: section as Section,
      panel: (PANELS.includes(panel) ? panel : "people") as Panel,
    };
  }
  const status = query.get("status") ?? "";
  return {
    page: "list",
    q: query.get("q") ?? "",
    status: STATUSES.includes(status) ? (status as SessionStatus) : null,
  };
}

export function toList(q = "", status: SessionStatus | null = null): string {
  const query = new URLSearchParams({ ...(q ? { q } : {}), ...(status ? { status } : {}) });
  return query.size === 0 ? "#/" : `#/?${query}`;
}

export function toSession(id: string, section: Section, panel: Panel = "people"): string {
  return `#/sessions/${id}/${section}${panel === "people" ? "" : `?panel=${panel}`}`;
}

export function go(to: string): void {
  location.hash = to;
}

/** Without a step in the history: for what is typed into a search. */
export function goQuietly(to: string): void {
  history.replaceState(null, "", to);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

export function useRoute(): Route {
  return parse(useSyncExternalStore(subscribe, () => location.hash));
}
