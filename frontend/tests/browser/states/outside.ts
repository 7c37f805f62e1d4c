// Signing in, the list of sessions, and what lies over every page.

import { ask } from "../../../src/api/client.ts";
import { button, dialog, field, link, toSection } from "../support/admin.ts";
import { done } from "../support/people.ts";
import type { States } from "./world.ts";

const LIST = "/admin";

export const outside: States = {
  async "sign-in"(page, { server }) {
    await page.context().clearCookies();
    await page.goto(server.url + LIST);
    await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  },
  async "sign-in-missing"(page, world) {
    await outside["sign-in"]!(page, world);
    await button(page, "Sign in").click();
    await page.getByText("Enter the token.").waitFor();
  },
  async "sign-in-refused"(page, world) {
    await outside["sign-in"]!(page, world);
    await field(page, "Administrator's token").fill("wrong");
    await button(page, "Sign in").click();
    await page.getByText("This token is not valid.", { exact: false }).waitFor();
  },
  async "who-loading"(page, { server }) {
    await page.route("**/auth/me", () => undefined);
    await page.goto(server.url + LIST);
    await page.getByText("Loading …").waitFor();
  },
  async "who-unreachable"(page, { server }) {
    await page.route("**/auth/me", (route) => route.abort());
    await page.goto(server.url + LIST);
    await button(page, "Try again").waitFor();
  },
  async sessions(page, { server, draft }) {
    const params = { path: { id: draft.id } };
    await done(ask(server.admin.POST("/api/v1/sessions/{id}/duplicate", { params })));
    await page.goto(server.url + LIST);
    await link(page, "Last autumn").waitFor();
  },
  async "sessions-duplicated"(page, { server }) {
    await page.goto(server.url + LIST);
    await button(page, "Duplicate Nothing yet").click();
    await page.getByText("Duplicated as “Nothing yet (copy)”").waitFor();
  },
  async "sessions-unnamed"(page, { server }) {
    await page.route("**/sessions/*", (route) =>
      route.request().method() === "PATCH" ? route.abort() : route.continue(),
    );
    await page.goto(server.url + LIST);
    await button(page, "Duplicate Nothing yet").click();
    await page.getByText("Duplicated, but", { exact: false }).waitFor();
  },
  async "sessions-many"(page, { server }) {
    // More than the server gives at once.
    await page.route("**/sessions?*", async (route) => {
      // The server knows no such cursor: whatever is asked for, its first page stands for it.
      const url = new URL(route.request().url());
      url.searchParams.delete("cursor");
      const response = await route.fetch({ url: url.href });
      const { items } = (await response.json()) as { items: { id: string }[] };
      const many = Array.from({ length: 200 }, (_, at) => {
        const id = String(Math.random());
        return { ...items[at % items.length], id };
      });
      await route.fulfill({ response, json: { items: many, next_cursor: "more" } });
    });
    await page.goto(server.url + LIST);
    await button(page, "Show more").click();
    await button(page, "Renew").waitFor();
  },
  async "sessions-nothing"(page, { server }) {
    await page.goto(`${server.url}${LIST}#/?q=nothing%20like%20it`);
    await page.getByText("No session fits this search.").waitFor();
  },
  async "sessions-loading"(page, { server }) {
    await page.route("**/sessions?*", () => undefined);
    await page.goto(server.url + LIST);
    await page.getByText("Loading …").waitFor();
  },
  async "sessions-unreachable"(page, { server }) {
    await page.route("**/sessions?*", (route) => route.abort());
    await page.goto(server.url + LIST);
    await page.getByText("The server can't be reached.", { exact: false }).waitFor();
  },
  async "new-session"(page, { server }) {
    await page.goto(server.url + LIST);
    await button(page, "New session").click();
    await dialog(page, "New session").waitFor();
  },
  async "new-session-wrong"(page, world) {
    await outside["new-session"]!(page, world);
    await button(dialog(page), "Create").click();
    await dialog(page).getByText("Write something here", { exact: false }).waitFor();
  },
  async "delete-session"(page, { server }) {
    await page.goto(server.url + LIST);
    await button(page, "Delete Last autumn").click();
    await dialog(page, "Delete this session?").waitFor();
  },
  async "session-loading"(page, { server, draft }) {
    await page.route(`**/sessions/${draft.id}`, () => undefined);
    await toSection(page, server, draft.id, "edit");
    await page.getByText("Loading …").waitFor();
  },
  async "session-gone"(page, { server }) {
    await toSection(page, server, "0199e5a4-6c1e-7b52-9d43-5a2f0c8e4b17", "edit");
    await page.getByText("This does not exist any more.", { exact: false }).waitFor();
  },
  async "sign-in-again"(page, { server }) {
    await page.goto(server.url + LIST);
    await link(page, "Last autumn").waitFor();
    await page.context().clearCookies();
    await button(page, "Duplicate Last autumn").click();
    await dialog(page, "Sign in again").waitFor();
  },
  async "sign-in-later"(page, world) {
    await outside["sign-in-again"]!(page, world);
    await page.keyboard.press("Escape");
    await button(page, "Sign in again").waitFor();
  },
  async "no-connection"(page, { server }) {
    await page.goto(server.url + LIST);
    await link(page, "Last autumn").waitFor();
    await page.context().setOffline(true);
    await page.getByText("No connection.", { exact: false }).waitFor();
  },
};
