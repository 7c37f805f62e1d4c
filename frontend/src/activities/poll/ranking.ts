// An order that is made step by step. Pure.

/** Puts it behind what is placed. */
export function place(order: readonly string[], id: string): string[] {
  return order.includes(id) ? [...order] : [...order, id];
}

export function takeOut(order: readonly string[], id: string): string[] {
  return order.filter((each) => each !== id);
}

/** By one place; at the ends nothing changes. */
export function move(order: readonly string[], id: string, by: -1 | 1): string[] {
  const from = order.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= order.length) return [...order];
  const moved = takeOut(order, id);
  moved.splice(to, 0, id);
  return moved;
}

export function isSameOrder(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at]);
}
