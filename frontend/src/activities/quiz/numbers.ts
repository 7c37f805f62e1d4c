// Numbers as people write them, where they are. Pure.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Digits in threes, as they are set apart in large numbers. */
const IN_THREES = /^[+-]?[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*$/;

/** With a comma or a point before the decimals, and spaces or marks between thousands; null: none.
 * One sign before three digits may be either; then it is what it is in `locale`. */
export function parseNumber(typed: string, locale: string): number | null {
  const text = typed.replace(/[\s\u00a0\u202f'’_]/gu, "").replace(/^[−–]/u, "-");
  const [whole, decimals] = partsOf(text, locale);
  if (/[.,]/.test(whole) && !IN_THREES.test(whole)) return null;
  const digits = whole.replace(/[.,]/g, "");
  const plain = decimals === null ? digits : `${digits}.${decimals}`;
  const value = NUMBER.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** What is before the decimals, and these; null: there are none. */
function partsOf(text: string, locale: string): [string, string | null] {
  const at = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  const sign = text.charAt(at);
  // The same sign twice is between thousands; of two signs the last one is before the decimals.
  const isBetween = text.indexOf(sign) < at || (IN_THREES.test(text) && sign !== decimalIn(locale));
  return at < 0 || isBetween ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function decimalIn(locale: string): string {
  return new Intl.NumberFormat(locale).format(1.5).charAt(1);
}

/** As it was understood, with nothing between its thousands that could be before decimals. */
export function readBack(value: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 10 });
  return format.format(value);
}

/** The language as the browser knows it: Mexico writes 3.5 where Spain writes 3,5. */
export function localeOf(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}
