// Which rows of a long list are drawn. Pure.

export type Window = { first: number; last: number };

/** Rows drawn beyond what is seen, so that scrolling meets no gap and Tab finds the next row. */
export const OVERSCAN = 6;

/** `first` to before `last`. */
export function windowOf(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
): Window {
  const top = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const first = Math.min(top, Math.max(0, count - 1));
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN);
  return { first, last: Math.max(first, last) };
}

/** The indices to draw: the window, and the row that has the focus wherever it is. */
export function drawn(window: Window, focused: number | null, count: number): number[] {
  const indices: number[] = [];
  for (let index = window.first; index < window.last; index += 1) indices.push(index);
  if (focused === null || focused >= count) return indices;
  if (focused < window.first) return [focused, ...indices];
  if (focused >= window.last) return [...indices, focused];
  return indices;
}
