// Where things stay while others come and go. Pure.

/** The new items, each where it was; those that came take the places of those that went, so that
 * nothing that stays moves. */
export function assign<Item>(
  before: readonly Item[],
  items: readonly Item[],
  idOf: (item: Item) => string,
): Item[] {
  const now = new Map(items.map((item) => [idOf(item), item]));
  const slots: (Item | undefined)[] = before.map((item) => {
    const id = idOf(item);
    const same = now.get(id);
    now.delete(id);
    return same;
  });
  for (const item of now.values()) {
    const free = slots.indexOf(undefined);
    slots[free < 0 ? slots.length : free] = item;
  }
  return slots.filter((item) => item !== undefined);
}
