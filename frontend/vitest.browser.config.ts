import { defineConfig } from "vitest/config";

/** What measures time has the machine for itself. */
const ALONE = ["participant-weight", "runner-smooth", "admin-crowd"].map(
  (name) => `tests/browser/${name}.test.ts`,
);

/** Real pages in a real browser against a real server of each file's own. */
export default defineConfig({
  test: {
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What fails once and not again is told, but is not a fault: the machine's other work may be.
    retry: 1,
    // As long as a locator waits: nothing depends on how fast the machine is.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "pages",
          include: ["tests/browser/**/*.test.ts"],
          exclude: ALONE,
          // They wait most of the time.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "alone", include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
