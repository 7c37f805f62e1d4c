// The client against a live server: `scripts/with-server -- npm run live`.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { type Api, ask, connect, type Outcome, poll } from "../../src/api/client.js";

const url = process.env["CAJA_URL"];
const adminToken = process.env["CAJA_ADMIN_TOKEN"];
assert.ok(url !== undefined && adminToken !== undefined, "start this with scripts/with-server");

function data<Data>(outcome: Outcome<Data, { code: string }>): Data {
  assert.ok(outcome.ok, outcome.ok ? "" : outcome.problem.code);
  return outcome.data;
}

/** An open session with an active choice, and somebody who joined it. */
async function room(): Promise<{ admin: Api; session: string; activity: string; phone: Api }> {
  const admin = connect(url!, adminToken);
  const { id } = data(await ask(admin.POST("/api/v1/sessions", { body: { name: "All hands" } })));
  const path = { id };
  data(await ask(admin.POST("/api/v1/sessions/{id}/open", { params: { path } })));
  const activity = data(
    await ask(
      admin.POST("/api/v1/sessions/{id}/activities", {
        params: { path },
        body: {
          type: "poll",
          title: "Where do we go?",
          config: {
            kind: "choice",
            options: [{ label: "By the sea" }, { label: "Up a hill" }],
            results: "always",
          },
        },
      }),
    ),
  );
  const activate = "/api/v1/sessions/{id}/activities/{aid}/activate";
  data(await ask(admin.POST(activate, { params: { path: { id, aid: activity.id } } })));
  const joined = data(
    await ask(
      connect(url!).POST("/api/v1/sessions/{id}/participants", {
        params: { path },
        body: { nickname: "Marisol", client_id: randomUUID() },
      }),
    ),
  );
  const phone = connect(url!, joined.participant_token);
  return { admin, session: id, activity: activity.id, phone };
}

test("somebody joins, answers and sees the result", async () => {
  const { session, activity, phone } = await room();
  const before = data(await poll(phone, session));
  const answered = await ask(
    phone.PUT("/api/v1/sessions/{id}/activities/{aid}/response", {
      params: { path: { id: session, aid: activity } },
      body: { choices: ["a"], round: 1 },
    }),
  );
  const receipt = data(answered);
  assert.equal(receipt.accepted, true);

  const { frame } = data(await poll(phone, session, { since: before.frame!.version, waitS: 5 }));
  assert.ok(frame !== null && frame.version >= receipt.version);
  assert.ok(frame.results && "counts" in frame.results);
  assert.deepEqual(frame.results.counts, { a: 1, b: 0 });
});

test("types tell what a frame shows", async () => {
  const { session, phone } = await room();
  const { frame } = data(await poll(phone, session));
  const shown = frame?.activity;
  assert.ok(shown?.type === "poll");
  // Compiles only if `type` decides what `config` is.
  assert.deepEqual(
    shown.config.options.map((option) => option.id),
    ["a", "b"],
  );
});

test("an unchanged frame is no problem", async () => {
  const { session, phone } = await room();
  const { etag, pollAfterMs, timeMs } = data(await poll(phone, session));
  assert.ok(etag !== null && pollAfterMs > 0 && timeMs !== null);
  const again = data(await poll(phone, session, { etag }));
  assert.equal(again.frame, null);
  assert.equal(again.etag, etag);
});

test("a problem comes with the codes of its operation", async () => {
  const { session } = await room();
  const outcome = await ask(
    connect(url!).POST("/api/v1/sessions/{id}/participants", {
      params: { path: { id: session } },
      body: { nickname: "MARISOL" },
    }),
  );
  assert.ok(!outcome.ok && outcome.problem.code === "nickname_taken");
  // Compiles only if `nickname_taken` is among the codes of joining.
  assert.equal(outcome.problem.suggestions?.length, 3);
});

test("a server that is not there is a problem too", async () => {
  const outcome = await poll(connect("http://127.0.0.1:9"), randomUUID());
  assert.ok(!outcome.ok);
  assert.equal(outcome.problem.code, "unreachable");
});
