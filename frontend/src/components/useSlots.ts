// Keeps each item of a changing list where it is.

import { useRef } from "react";

import { assign } from "./slots";

export function useSlots<Item>(items: readonly Item[], idOf: (item: Item) => string): Item[] {
  const held = useRef<Item[]>([]);
  held.current = assign(held.current, items, idOf);
  return held.current;
}
