// Sessions to take part in, driven through the administrator's client.

import type { BrowserContextOptions, Browser, Page } from "playwright-core";

import { ask } from "../../../src/api/client.ts";
import type { CreateActivity, CreateSession } from "../../../src/api/schema.ts";
import { openPage } from "./browser.ts";
import type { Server } from "./server.ts";

export type Session = {
  id: string;
  code: string;
  /** In their order. */
  activities: string[];
  step(activity: string, step: "publish" | "activate" | "expire" | "reopen"): Promise<void>;
  control(activity: string, control: Record<string, unknown>): Promise<void>;
  announce(text: string): Promise<void>;
  complete(): Promise<void>;
  /** By the name they have. */
  participant(nickname: string): Promise<string>;
  remove(nickname: string, options?: { ban?: boolean }): Promise<void>;
  /** The whole session. */
  erase(): Promise<void>;
  rename(nickname: string, to: string): Promise<void>;
  results(activity: string): Promise<unknown>;
};

/** An opened session with these activities, all published. */
export async function createSession(
  { admin }: Server,
  activities: CreateActivity[],
  {
    name = "All hands, autumn",
    isOpen = true,
    ...more
  }: Partial<CreateSession> & {
    isOpen?: boolean;
  } = {},
): Promise<Session> {
  const made = await sure(admin.POST("/api/v1/sessions", { body: { name, ...more } }));
  const params = { path: { id: made.id } };
  const ids: string[] = [];
  for (const body of activities) {
    const { id: aid } = await sure(
      admin.POST("/api/v1/sessions/{id}/activities", { params, body }),
    );
    ids.push(aid);
    await sure(
      admin.POST("/api/v1/sessions/{id}/activities/{aid}/publish", {
        params: { path: { ...params.path, aid } },
      }),
    );
  }
  if (isOpen) await sure(admin.POST("/api/v1/sessions/{id}/open", { params }));
  const of = (aid: string) => ({ path: { id: made.id, aid } });
  const participant = async (nickname: string) => {
    const page = await sure(
      admin.GET("/api/v1/sessions/{id}/participants", {
        params: { path: { id: made.id }, query: { q: nickname } },
      }),
    );
    const found = page.items.find((each) => each.nickname === nickname);
    if (!found) throw new Error(`nobody is called ${nickname}`);
    return found.participant_id;
  };
  return {
    id: made.id,
    code: made.code,
    activities: ids,
    participant,
    async step(aid, step) {
      await sure(admin.POST(`/api/v1/sessions/{id}/activities/{aid}/${step}`, { params: of(aid) }));
    },
    async control(aid, body) {
      await sure(
        admin.POST("/api/v1/sessions/{id}/activities/{aid}/control", {
          params: of(aid),
          body: body as never,
        }),
      );
    },
    async announce(text) {
      await sure(admin.PUT("/api/v1/sessions/{id}/announcement", { params, body: { text } }));
    },
    async complete() {
      await sure(admin.POST("/api/v1/sessions/{id}/complete", { params }));
    },
    async remove(nickname, { ban = false } = {}) {
      const pid = await participant(nickname);
      await sure(
        admin.DELETE("/api/v1/sessions/{id}/participants/{pid}", {
          params: { path: { id: made.id, pid }, query: { ban } },
        }),
      );
    },
    async erase() {
      await sure(admin.DELETE("/api/v1/sessions/{id}", { params }));
    },
    async rename(nickname, to) {
      const pid = await participant(nickname);
      await sure(
        admin.PATCH("/api/v1/sessions/{id}/participants/{pid}", {
          params: { path: { id: made.id, pid } },
          body: { nickname: to },
        }),
      );
    },
    async results(aid) {
      const frame = await sure(
        admin.GET("/api/v1/sessions/{id}/state", { params: { path: { id: made.id } } }),
      );
      if (frame.activity?.id !== aid) throw new Error("another activity is on");
      return frame.results;
    },
  };
}

async function sure<Data, A extends { data?: Data; response: Response }>(
  asked: Promise<A>,
): Promise<NonNullable<A["data"]>> {
  const outcome = await ask(asked as never);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.data as NonNullable<A["data"]>;
}

/** A phone in the room of a session. */
export async function joinAs(
  browser: Browser,
  server: Server,
  session: Pick<Session, "code">,
  nickname: string,
  options: BrowserContextOptions = {},
): Promise<Page & { wrongs: string[] }> {
  const page = await openPage(browser, options);
  await page.goto(`${server.url}/j/${session.code}`);
  const name = page.getByRole("textbox");
  await name.fill(nickname);
  await name.press("Enter");
  await page.locator(".room").waitFor();
  return page;
}
