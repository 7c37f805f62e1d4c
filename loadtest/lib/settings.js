// What a run is told by its environment. README.md lists all of it.

/** @param {string} name @param {number} fallback @returns {number} */
export function number(name, fallback) {
  const given = __ENV[name];
  if (given === undefined || given === "") return fallback;
  const value = Number(given);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name}: not a number: ${given}`);
  return value;
}

/** The servers: one, or several nodes of one installation. */
export const URLS = (__ENV.CAJA_URLS || __ENV.CAJA_URL || "http://127.0.0.1:8080")
  .split(",")
  .map((url) => url.trim().replace(/\/$/, ""));

/** There are several behind the address: while one is away, others answer in its place. */
export const HAS_NODES = (__ENV.CAJA_NODES || "") !== "";

const LOOPBACK = /^https?:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?$/;

// Load on somebody else's server is an attack, so it takes a word more than a wrong variable.
if (__ENV.CAJA_LOADTEST_ANYWHERE !== "1") {
  for (const url of URLS) {
    if (!LOOPBACK.test(url)) {
      throw new Error(`${url} is not this machine; CAJA_LOADTEST_ANYWHERE=1 allows others`);
    }
  }
}

export const ADMIN_TOKEN = __ENV.CAJA_ADMIN_TOKEN || "";

/** Where the summaries go; nowhere but the terminal where it is left out. */
export const OUT = __ENV.CAJA_LOADTEST_OUT || "";

/** Latency goals are multiplied by this: for machines that do other things at the same time. */
export const PATIENCE = number("LATENCY_FACTOR", 1);

/** Participants hold their requests as the pages do (`wait=25`), instead of polling every time. */
export const HOLD = __ENV.HOLD === "1";
