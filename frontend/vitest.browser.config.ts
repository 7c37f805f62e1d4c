import { defineConfig } from "vitest/config";

/** Real pages in a real browser against a real server: slow, and one at a time. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As long as a locator waits: nothing depends on how fast the machine is.
    expect: { poll: { timeout: 30_000 } },
  },
});
