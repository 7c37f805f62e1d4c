// Which options are chosen after another tap. Pure.

/** One choice replaces; of several, a second tap takes back. Null: one more than is allowed. */
export function tap(chosen: readonly string[], id: string, most: number): string[] | null {
  if (most === 1) return [id];
  if (chosen.includes(id)) return chosen.filter((each) => each !== id);
  return chosen.length < most ? [...chosen, id] : null;
}
