// A server of the test's own, with the pages that it serves, and an administrator's client of it.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { type Api, connect } from "../../../src/api/client.ts";

export const ROOT = resolve(import.meta.dirname, "../../../..");
const TOKEN = "an-admin-token-for-tests-only";
/** A debug build on a busy machine. */
const START_MS = 60_000;

export type Server = {
  url: string;
  token: string;
  admin: Api;
  /** Ends it as `kill -9` would, and starts it again on the same port and store. */
  restart: () => Promise<void>;
  /** The first half of that. */
  kill: () => Promise<void>;
  /** The second half. */
  revive: () => Promise<void>;
  stop: () => Promise<void>;
};

/** Starts `target/debug/caja` (`CAJA_BIN`: another) on a port and an embedded store of its own. */
export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "caja-browser-"));
  let { child, port } = await launch(folder, 0);
  const url = `http://127.0.0.1:${port}`;
  const kill = () => end(child, "SIGKILL");
  const revive = async () => {
    ({ child, port } = await launch(folder, port));
  };
  return {
    url,
    token: TOKEN,
    admin: connect(url, TOKEN),
    kill,
    revive,
    async restart() {
      await kill();
      await revive();
    },
    async stop() {
      await end(child, "SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(
  folder: string,
  port: number,
): Promise<{ child: ChildProcess; port: number }> {
  const bin = process.env["CAJA_BIN"] ?? join(ROOT, "target/debug/caja");
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(bin, ["serve"], {
    env: {
      ...inherited,
      CAJA_LISTEN: `127.0.0.1:${port}`,
      CAJA_DATA_DIR: join(folder, "data"),
      CAJA_ADMIN_TOKEN: TOKEN,
      CAJA_LOG: process.env["CAJA_LOG"] ?? "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const listening = new Promise<number>((found, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the server left with ${code}: ${said}`)));
    child.stdout?.setEncoding("utf8").on("data", (more: string) => {
      said += more;
      const at = /http:\/\/localhost:(\d+)$/m.exec(said);
      if (at) found(Number(at[1]));
    });
    setTimeout(() => failed(new Error(`the server does not start: ${said}`)), START_MS).unref();
  });
  return { child, port: await listening };
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}
