import { defineConfig, mergeConfig } from "vitest/config";

import vite from "./vite.config.ts";

export default mergeConfig(
  vite,
  defineConfig({
    // A test reads what the server says in its sources.
    server: { fs: { allow: [".."] } },
    test: {
      environment: "happy-dom",
      include: ["tests/unit/**/*.test.{ts,tsx}"],
      testTimeout: 5_000,
      // The alias must reach the testing library too, or there are two Preacts.
      server: { deps: { inline: [/@testing-library/, /preact/] } },
      restoreMocks: true,
    },
  }),
);
