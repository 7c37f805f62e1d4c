// Short messages that go by themselves: what was done, or what did not work.

import "./toast.css";

import { useSyncExternalStore } from "react";

import { useT } from "../i18n/shared";
import { Button } from "./Button";
import { CrossIcon } from "./icons";

type Message = { id: number; text: string; kind: "good" | "bad" };

/** Long enough to be read; what went wrong stays until it is closed. */
const SHOWN_MS = 6_000;

/** Older ones make room. */
const MOST = 3;

let messages: readonly Message[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Message[]): void {
  messages = next;
  for (const listener of [...listeners]) listener();
}

export function dismiss(id: number): void {
  set(messages.filter((message) => message.id !== id));
}

/** From anywhere: `toast("Saved")`. */
export function toast(text: string, kind: "good" | "bad" = "good"): void {
  lastId += 1;
  const id = lastId;
  // What is said again is said once.
  const others = messages.filter((message) => message.text !== text);
  set([...others, { id, text, kind }].slice(-MOST));
  if (kind === "good") setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Once in a page. */
export function Toasts() {
  const t = useT();
  const shown = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => messages,
  );
  return (
    <div className="toasts" role="status">
      {shown.map(({ id, text, kind }) => (
        <div key={id} className={`toast box ${kind}`}>
          <bdi>{text}</bdi>
          <Button kind="quiet" size="small" aria-label={t("close")} onClick={() => dismiss(id)}>
            <CrossIcon />
          </Button>
        </div>
      ))}
    </div>
  );
}
