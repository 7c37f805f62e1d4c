// The API's calls, each under one name whatever its path, with the address that answers.

import http from "k6/http";
import { errors } from "./metrics.js";
import { PATIENCE_S } from "./pacing.js";
import { URLS } from "./settings.js";

/** Said aloud by one virtual user; the metric counts all. */
const ERRORS_SHOWN = 3;

// 409 is an answer like others: somebody was too late. A server that is away says 503.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 304 }, 409));

let shown = 0;

/**
 * @typedef {object} Answer
 * @property {boolean} ok
 * @property {number} status zero where there was no answer
 * @property {string} code of the problem
 * @property {string} [reason] of `not_accepting`
 * @property {number} retryAfterMs
 * @property {() => any} json
 * @property {(name: string) => string} header
 * @property {number} tookMs
 */

/** One device or screen, with its token. It stays with a node until that fails. */
export class Client {
  /** @param {string} token @param {number} [node] which of the servers it begins with */
  constructor(token, node = 0) {
    this.token = token;
    this.node = node % URLS.length;
  }

  /**
   * @param {string} method
   * @param {string} path below /api/v1
   * @param {{name: string, body?: object, headers?: object, tags?: object, heldS?: number}} call
   * @returns {Promise<Answer>}
   */
  async call(method, path, { name, body, headers = {}, tags = {}, heldS = 0 }) {
    const response = await http.asyncRequest(
      method,
      `${URLS[this.node]}/api/v1${path}`,
      body === undefined ? null : JSON.stringify(body),
      {
        headers: { ...headersOf(this.token), ...headers },
        tags: { name, ...tags },
        timeout: `${heldS + PATIENCE_S}s`,
      },
    );
    // The nodes share one store: another one goes on where this one stopped.
    if (response.status === 0 || response.status === 503) this.node = (this.node + 1) % URLS.length;
    return answerOf(response, name);
  }
}

/** @param {string} token */
export function headersOf(token) {
  return token === ""
    ? { "Content-Type": "application/json" }
    : { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
}

/** @param {any} response @param {string} name @returns {Answer} */
function answerOf(response, name) {
  const { status } = response;
  const ok = status >= 200 && status < 400;
  const problem = ok || status === 0 ? {} : parsed(response.body);
  const code = ok ? "" : (problem.code ?? response.error ?? "unreachable");
  if (!ok && status !== 409) noteError(name, status, code);
  return {
    ok,
    status,
    code,
    reason: problem.reason,
    retryAfterMs: Number(response.headers["Retry-After"] ?? 0) * 1000,
    json: () => parsed(response.body),
    header: (key) => response.headers[key] ?? "",
    tookMs: response.timings.duration,
  };
}

/** @param {string} name @param {number} status @param {string} code */
export function noteError(name, status, code) {
  errors.add(1, { name, code: `${status}` });
  shown += 1;
  if (shown <= ERRORS_SHOWN) console.warn(`${name}: ${status} ${code}`);
}

/** @param {string | null} body */
function parsed(body) {
  try {
    return JSON.parse(body ?? "") ?? {};
  } catch {
    return {};
  }
}
