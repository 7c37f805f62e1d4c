// Which column of the wall a text hangs in: once hung, it stays in its column. Pure.

import type { ShownText } from "../../api/schema";

export type Wall = {
  columns: readonly (readonly ShownText[])[];
  /** The column of each text that hangs. */
  places: ReadonlyMap<string, number>;
  /** How many did not hang before. */
  fresh: number;
};

/** What a card takes besides its text, in characters. */
const FRAME = 30;

/** `latest`: the newest first. New ones hang on top of the column that has the least. */
export function wallOf(latest: readonly ShownText[], before: Wall | null, width: number): Wall {
  const places = new Map<string, number>();
  const columns: ShownText[][] = Array.from({ length: width }, () => []);
  const heights = columns.map(() => 0);
  const hang = (item: ShownText, column: number) => {
    places.set(item.item_id, column);
    columns[column]?.unshift(item);
    heights[column] = (heights[column] ?? 0) + item.text.length + FRAME;
  };
  let fresh = 0;
  // The oldest first: what hung already goes where it was, and bears on where new ones go.
  for (const item of [...latest].reverse()) {
    const known = before?.places.get(item.item_id);
    if (known === undefined) fresh += 1;
    hang(item, known ?? heights.indexOf(Math.min(...heights)));
  }
  return { columns, places, fresh };
}
