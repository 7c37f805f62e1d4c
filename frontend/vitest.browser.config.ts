import { defineConfig } from "vitest/config";

/** Real pages in a real browser against a real server: slow, and one at a time. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/browser/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for is waited for on a busy machine, too; the default is one second.
    expect: { poll: { timeout: 20_000 } },
    // As long as a locator waits: nothing depends on how fast the machine is.
    expect: { poll: { timeout: 30_000 } },
  },
});
