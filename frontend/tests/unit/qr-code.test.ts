// @vitest-environment node
import { expect, test } from "vitest";

import { qrCode } from "../../src/components/qr-code";

const LINK = "https://caja.example/run/0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17#cr_";

/** Its size, and a checksum (FNV-1a) of its modules. */
function picture(text: string): { size: number; hash: string } {
  const rows = qrCode(text)!;
  let hash = 0x811c9dc5;
  for (const isDark of rows.flat()) hash = Math.imul(hash ^ (isDark ? 35 : 32), 0x01000193) >>> 0;
  return { size: rows.length, hash: hash.toString(16) };
}

// Each of these pictures was read by a reader of QR codes.
test.each([
  ["a short text", "Caja", 21, "28462e7f"],
  [
    "a link with a token",
    `${LINK}${"pXw9kzS0m5dSmJm3yZ0oYw1nq7q6m8l5b1s4r2t0uvw"}`,
    45,
    "ffb0fac3",
  ],
  ["a long one", `${LINK}${"x".repeat(500)}`, 93, "fa3acff1"],
])("%s is drawn as a reader knows it", (_, text, size, hash) => {
  expect(picture(text)).toEqual({ size, hash });
});

test("what is too long is not drawn", () => {
  expect(qrCode("x".repeat(1000))).toBeNull();
});
