// Three pages, one build. React's source runs on Preact by the alias alone; without it, on React.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { type Plugin, defineConfig } from "vite";

const PREACT = [
  { find: /^react\/jsx-(dev-)?runtime$/, replacement: "preact/jsx-runtime" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react(-dom)?$/, replacement: "preact/compat" },
];

/** Where `npm run dev` finds a server. */
const SERVER = process.env["CAJA_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "./",
  resolve: { alias: PREACT },
  plugins: [pagesOneFolderDown(), compressedAhead(), devRoutes()],
  build: {
    // Phones of the last five years.
    target: ["es2021", "safari15", "chrome96", "firefox95"],
    // What a page loads is a file of ours, for the content security policy: nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["participant.html", "run.html", "admin.html"] },
  },
  server: { proxy: { "/api": SERVER } },
});

/**
 * Caja may be served below any path, so pages name their files relative to themselves. `run.html`
 * is shown at `run/{id}`, and `join.html`, which is the participant's page, at `j/{code}`: a folder
 * down.
 */
function pagesOneFolderDown(): Plugin {
  return {
    name: "caja-pages",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const deeper = (page: string) => {
          const file = bundle[page];
          if (file?.type !== "asset") throw new Error(`${page} is not in the build`);
          return String(file.source).replaceAll('="./', '="../');
        };
        const join = deeper("participant.html");
        const run = deeper("run.html");
        this.emitFile({ type: "asset", fileName: "join.html", source: join });
        delete bundle["run.html"];
        this.emitFile({ type: "asset", fileName: "run.html", source: run });
      },
    },
  };
}

/** Beside `a.js` go `a.js.br` and `a.js.gz`: as small as they get, once, and not for each phone. */
function compressedAhead(): Plugin {
  return {
    name: "caja-compressed",
    apply: "build",
    async writeBundle({ dir = "dist" }, bundle) {
      const worth = Object.keys(bundle).filter((name) => /\.(js|css|html|svg|json)$/.test(name));
      for (const name of worth) {
        const path = join(dir, name);
        const plain = await readFile(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        await writeFile(`${path}.br`, brotliCompressSync(plain, { params }));
        await writeFile(`${path}.gz`, gzipSync(plain, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

/** The server's routes, during development. */
function devRoutes(): Plugin {
  return {
    name: "caja-dev-routes",
    configureServer(server) {
      server.middlewares.use((request, _, next) => {
        const path = (request.url ?? "/").split("?")[0] ?? "/";
        if (path === "/" || /^\/j\/\d+$/.test(path)) request.url = "/participant.html";
        else if (/^\/run\/[\w-]+$/.test(path)) request.url = "/run.html";
        else if (path === "/admin") request.url = "/admin.html";
        next();
      });
    },
  };
}
