// Where people go to type the code: short enough to be typed. Pure.

/** `https://caja.example/j/482913` → `caja.example`. */
export function addressOf(joinUrl: string): string {
  return joinUrl.replace(/^https?:\/\//, "").replace(/\/j\/\d+\/?$/, "");
}
