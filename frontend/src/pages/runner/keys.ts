// What the keys do. Pure.

export type KeyAction =
  | "primary"
  | "next"
  | "previous"
  | "full_screen"
  | "results"
  | "qr"
  | "lock"
  | "leaderboard"
  | "judge_right"
  | "judge_wrong"
  | "programme"
  | "review"
  | "words"
  | "settle"
  | "table"
  | "counts"
  | "keys"
  | "escape";

type Pressed = {
  key: string;
  /** Where the key is: `KeyF`. */
  code: string;
  repeat: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
};

/** What has the focus: it may want the key for itself. */
export type Focus = "page" | "button" | "field";

const KEYS: Record<string, KeyAction> = {
  " ": "primary",
  enter: "primary",
  arrowright: "next",
  pagedown: "next",
  arrowleft: "previous",
  pageup: "previous",
  f: "full_screen",
  h: "results",
  q: "qr",
  l: "lock",
  b: "leaderboard",
  p: "programme",
  r: "review",
  s: "settle",
  w: "words",
  t: "table",
  c: "counts",
  "+": "judge_right",
  "-": "judge_wrong",
  "?": "keys",
  escape: "escape",
};

export function keyAction(pressed: Pressed, focus: Focus): KeyAction | null {
  // A key held down is one press; shortcuts of the browser are the browser's.
  if (pressed.repeat || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const action = KEYS[nameOf(pressed)] ?? null;
  if (action === "escape") return action;
  if (focus === "field") return null;
  if (focus === "button" && action === "primary") return null;
  return action;
}

/** Letters that are not Latin, or that go into an input method first, count as what stands at their
 * place: presenters with a Russian or Japanese keyboard press the F that is printed on it. */
function nameOf({ key, code }: Pressed): string {
  const isForeign = key === "Process" || /^[^\p{Script=Latin}\p{Script=Common}]$/u.test(key);
  return (isForeign && /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase()) || key.toLowerCase();
}

export function focusOf(element: Element | null): Focus {
  if (element === null) return "page";
  if (element.matches("input, textarea, select, [contenteditable]")) return "field";
  return element.matches("button, a[href], summary") ? "button" : "page";
}

/** Presses closer to each other than this are one: two presses of "next" skip nothing. */
const SETTLE_MS = 600;

/** After this the screen may have missed what came of the last press. */
const FORGET_MS = 3_000;

/** Whether a press may move on, when the last one that did was sent at `sent.atMs`. */
export function mayMoveOn(
  sent: { atMs: number; version: number } | null,
  nowMs: number,
  version: number,
): boolean {
  if (sent === null) return true;
  const passed = nowMs - sent.atMs;
  if (passed < SETTLE_MS) return false;
  // What it brought must have been seen before the next one can be meant.
  return version > sent.version || passed > FORGET_MS;
}
