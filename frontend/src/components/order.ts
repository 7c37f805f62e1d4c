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
