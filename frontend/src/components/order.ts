// Changing what stands in an order, without changing the list that was given. Pure.

/** Takes the item at `from` and puts it where `to` was; outside the list nothing moves. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const next = [...items];
  if (from < 0 || from >= items.length || to < 0 || to >= items.length) return next;
  const [item] = next.splice(from, 1);
  next.splice(to, 0, item as Item);
  return next;
}

export function without<Item>(items: readonly Item[], index: number): Item[] {
  return items.filter((_, each) => each !== index);
}

export function replaced<Item>(items: readonly Item[], index: number, item: Item): Item[] {
  return items.map((each, at) => (at === index ? item : each));
}

/** What people copy from a list elsewhere, without its empty lines. */
export function linesIn(text: string): string[] {
  return text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** With new items after the one at `index`; it and those behind it make room where they are blank.
 * `left`: how many there was no room for. */
export function withLines<Item>(
  items: readonly Item[],
  index: number,
  lines: readonly Item[],
  isBlank: (item: Item) => boolean,
  max: number,
): { rows: Item[]; left: number } {
  const isWritten = (item: Item) => !isBlank(item);
  const before = [...items.slice(0, index), ...items.slice(index, index + 1).filter(isWritten)];
  const after = items.slice(index + 1).filter(isWritten);
  const fitting = lines.slice(0, Math.max(0, max - before.length - after.length));
  return { rows: [...before, ...fitting, ...after], left: lines.length - fitting.length };
}
