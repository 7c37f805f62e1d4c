// Numbers as people write them. Pure.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** With a comma or a point before the decimals, and spaces or marks between thousands; null: none. */
export function parseNumber(typed: string): number | null {
  let text = typed.replace(/[\s\u00a0\u202f'’_]/gu, "").replace(/^[−–]/u, "-");
  const commas = text.split(",").length - 1;
  const points = text.split(".").length - 1;
  if (commas > 0 && points > 0) {
    // The one that comes last is before the decimals.
    const decimal = text.lastIndexOf(",") > text.lastIndexOf(".") ? "," : ".";
    text = text.replaceAll(decimal === "," ? "." : ",", "").replace(",", ".");
  } else if (commas > 1) {
    text = text.replaceAll(",", "");
  } else if (points > 1) {
    text = text.replaceAll(".", "");
  } else {
    text = text.replace(",", ".");
  }
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
