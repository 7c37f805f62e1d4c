// Several servers on one store, behind nginx, by scripts/with-nodes.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";

import { connect } from "../../../src/api/client.ts";
import { ROOT, type Server } from "./server.ts";

const run = promisify(execFile);
/** Debug builds on a busy machine, where nginx may have to be installed. */
const START_MS = 110_000;
/** So long nobody owns a killed node's sessions: enough to look at what pages show meanwhile. */
const LEASE_S = 5;
/** What the command of with-nodes says, and then waits until nobody wants it any more. */
const SAY = 'echo "$CAJA_URL $CAJA_ADMIN_TOKEN $CAJA_NODES" && cat >&2';

/** `kill` and `revive` are of the node that owns the most sessions. */
export type Nodes = Server & {
  numbers: number[];
  /** Has a node leave in order, and starts it again. */
  renew(node: number): Promise<void>;
};

export async function startNodes(): Promise<Nodes> {
  const child = spawn(join(ROOT, "scripts/with-nodes"), ["--", "sh", "-c", SAY], {
    env: { ...process.env, CAJA_LEASE_SECONDS: `${LEASE_S}` },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [url, token, folder] = await new Promise<string[]>((found, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`with-nodes left with ${code}`)));
    child.stdout.setEncoding("utf8").once("data", (line: string) => found(line.trim().split(" ")));
    setTimeout(() => failed(new Error("the nodes do not start")), START_MS).unref();
  });
  if (!url || !token || !folder) throw new Error("with-nodes says too little");
  const env = { ...process.env, CAJA_NODES: folder };
  const node = (...words: string[]) => run(join(ROOT, "scripts/node"), words, { env });
  let killed = "";
  const kill = async () => {
    killed = (await node("owner")).stdout.trim();
    await node("stop", killed, "KILL");
  };
  const revive = async () => {
    await node("start", killed);
  };
  return {
    url,
    token,
    admin: connect(url, token),
    numbers: [1, 2, 3],
    kill,
    revive,
    async restart() {
      await kill();
      await revive();
    },
    async renew(number) {
      await node("stop", `${number}`);
      await node("start", `${number}`);
    },
    async stop() {
      const gone = once(child, "exit");
      child.stdin.end();
      await gone;
    },
  };
}
