// What a participant's page looks like before, around and after the activities, in every state. The
// last test tells of texts that no state has shown: a new state is not forgotten.

import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { en as joining } from "../../src/i18n/participant/en.ts";
import { en as room } from "../../src/i18n/participant/room/en.ts";
import { openBrowser, openPage } from "./support/browser.ts";
import { isFine, unsaid } from "./support/looks.ts";
import { ANSWERS, INVITATIONS, JOINS, ME, refuse, STATE, swallow } from "./support/refusing.ts";
import { choice, poker, quiz, wordcloud } from "./support/samples.ts";
import { type Server, startServer } from "./support/server.ts";
import { createSession, joinAs } from "./support/session.ts";

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test("typing the code", async () => {
  const page = await openPage(browser);
  await page.goto(`${server.url}/`);
  const code = page.getByLabel("Code");
  await code.waitFor();
  await isFine(page, "code");
  await code.fill("12");
  await code.press("Enter");
  await page.getByText("A code has 6 to 8 digits.").waitFor();
  await isFine(page, "code-malformed");
  await code.fill("000000");
  await code.press("Enter");
  await page.getByText("No session has this code.").waitFor();
  await isFine(page, "code-unknown");
  await swallow(page, INVITATIONS);
  await code.press("Enter");
  await page.getByText("Looking …").waitFor();
  await isFine(page, "code-looking");
  await page.unroute(INVITATIONS);
  await page.goto(`${server.url}/j/000000`);
  await page.getByText("No session has this code.").waitFor();
  await isFine(page, "no-session");
  await page.context().close();
});

test("an invitation that does not come", async () => {
  const page = await openPage(browser);
  await swallow(page, INVITATIONS);
  await page.goto(`${server.url}/j/123456`);
  await page.getByText("Looking …").waitFor();
  await isFine(page, "invitation-looking");
  await page.unroute(INVITATIONS);
  await page.route(INVITATIONS, (route) => route.abort());
  await page.reload();
  await page.getByText("No answer from the server.").waitFor();
  await isFine(page, "unreachable");
  await page.unroute(INVITATIONS);
  await refuse(page, INVITATIONS, { status: 429, code: "rate_limited" }, { retryAfterS: 60 });
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Too many tries from here.").waitFor();
  await isFine(page, "too-many");
  await page.context().close();
});

test("choosing a name", async () => {
  const session = await createSession(server, [choice()], { settings: { profanity: "reject" } });
  const ana = await joinAs(browser, server, session, "Ana");
  const page = await openPage(browser);
  await page.goto(`${server.url}/j/${session.code}`);
  const name = page.getByLabel("Your name");
  await name.waitFor();
  await isFine(page, "name");
  await name.press("Enter");
  await page.getByText("Write a name first.").waitFor();
  await isFine(page, "name-empty");
  const tried = [
    ["Marisol", "Nobody else has it.", "free"],
    ["ana", "Somebody has this name already.", "taken"],
    ["W".repeat(41), "A name has at most 40 characters.", "long"],
    [`Z${"\u0335".repeat(30)}`, "This name can't be used.", "invalid"],
    ["fuck", "This name is not allowed here.", "rejected"],
  ] as const;
  for (const [typed, answer, state] of tried) {
    await name.fill(typed);
    await page.getByText(answer).waitFor();
    await isFine(page, `name-${state}`);
  }
  await name.fill("Marisol");
  const failures = [
    [{ status: 400, code: "malformed_json", detail: "no such thing" }, "no such thing", "problem"],
    [{ status: 404, code: "not_found" }, "This session does not exist any more.", "gone"],
  ] as const;
  for (const [problem, answer, state] of failures) {
    await refuse(page, JOINS, problem);
    await name.press("Enter");
    await page.getByText(answer).waitFor();
    await isFine(page, `name-${state}`);
    await page.unroute(JOINS);
  }
  await swallow(page, JOINS);
  await name.press("Enter");
  await page.getByText("Joining …").waitFor();
  await isFine(page, "name-joining");
  await Promise.all([ana, page].map((each) => each.context().close()));
});

test("what can't be joined", async () => {
  const full = await createSession(server, [choice()], { settings: { max_participants: 1 } });
  const first = await joinAs(browser, server, full, "Ana");
  const late = await createSession(server, [choice()], { settings: { late_join: false } });
  await late.step(late.activities[0]!, "activate");
  const page = await openPage(browser);
  for (const [session, answer, state] of [
    [full, "This session is full.", "full"],
    [late, "This session takes nobody new any more.", "closed"],
  ] as const) {
    await page.goto(`${server.url}/j/${session.code}`);
    await page.getByLabel("Your name").fill("Bruno");
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByText(answer).waitFor();
    await isFine(page, state);
  }
  const over = await createSession(server, [choice()]);
  await page.goto(`${server.url}/j/${over.code}`);
  await page.getByLabel("Your name").fill("Bruno");
  await over.complete();
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("This session is over.").waitFor();
  await isFine(page, "completed");
  await Promise.all([first, page].map((each) => each.context().close()));
});

test("the lobby", async () => {
  const activities = [choice(), quiz(), poker(), wordcloud()];
  const session = await createSession(server, activities, { isOpen: false });
  const draft = await openPage(browser);
  await draft.goto(`${server.url}/j/${session.code}`);
  await draft.getByText("It is not open yet.").waitFor();
  await isFine(draft, "not-open");
  await draft.getByLabel("Your name").fill("Marisol");
  await draft.getByLabel("Your name").press("Enter");
  await draft.getByText("The host has not opened the session yet.").waitFor();
  await isFine(draft, "lobby-draft");

  const open = await createSession(server, activities);
  const page = await joinAs(browser, server, open, "Marisol");
  await page.getByText("It starts soon.").waitFor();
  await isFine(page, "lobby");
  await page.context().setOffline(true);
  await page.getByText("No connection.").waitFor();
  await isFine(page, "lobby-offline");
  // The sign covers neither one's name nor what there is to read.
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    const sign = (await page.locator(".connection p").boundingBox())!;
    const name = (await page.getByRole("button", { name: "You: Marisol" }).boundingBox())!;
    const main = (await page.getByRole("main").boundingBox())!;
    expect(sign.x + sign.width).toBeLessThanOrEqual(name.x);
    expect(sign.y + sign.height).toBeLessThanOrEqual(main.y);
  }
  await page.context().setOffline(false);
  await open.step(open.activities[0]!, "activate");
  await page.getByRole("button", { name: "By the sea" }).waitFor();
  await open.step(open.activities[0]!, "expire");
  await page.getByText("Look at the big screen.").waitFor();
  await isFine(page, "between");

  await swallow(page, STATE);
  await page.reload();
  await page.getByText("One moment …").waitFor();
  await isFine(page, "room-loading");
  await Promise.all([draft, page].map((each) => each.context().close()));
});

test("messages from the host", async () => {
  const session = await createSession(server, [choice()]);
  const page = await joinAs(browser, server, session, "Marisol");
  await session.step(session.activities[0]!, "activate");
  await session.announce("Lunch is served in the garden until two.");
  await page.getByText("Lunch is served").waitFor();
  await isFine(page, "announcement");
  await page.getByRole("button", { name: "Hide the message" }).click();
  await page.getByRole("button", { name: "Show the message from the host" }).waitFor();
  await isFine(page, "announcement-hidden");
  await page.context().close();
});

test("answers that were refused when the page had gone on", async () => {
  const session = await createSession(server, [choice(), choice(), quiz()]);
  const [first, second, game] = session.activities as [string, string, string];
  const page = await joinAs(browser, server, session, "Marisol");
  /** The answer is on its way while the host goes on. */
  const answerDuring = async (goOn: () => Promise<void>, arrive: (route: Route) => unknown) => {
    let letGo = () => {};
    const held = new Promise<void>((go) => {
      letGo = go;
    });
    await page.route(ANSWERS, async (route) => {
      await held;
      await arrive(route);
    });
    await page.getByRole("button", { name: "By the sea", pressed: false }).click();
    await goOn();
    letGo();
  };
  await session.step(first, "activate");
  await answerDuring(
    async () => {
      await session.step(second, "activate");
      await page.getByRole("button", { name: "By the sea", pressed: false }).waitFor();
    },
    (route) => route.continue(),
  );
  await page.getByText(/^Your answer to “.*” came too late\.$/).waitFor();
  await isFine(page, "missed-late");
  await page.getByRole("button", { name: "Hide this" }).click();
  await page.getByText(/came too late\.$/).waitFor({ state: "detached" });
  await page.unroute(ANSWERS);
  await answerDuring(
    async () => {
      await session.step(game, "activate");
      await page.getByText("The quiz is about to begin.").waitFor();
    },
    (route) => {
      const problem = {
        status: 422,
        code: "text_rejected",
        title: "Rejected",
        type: "about:blank",
      };
      return route.fulfill({ status: 422, json: problem });
    },
  );
  await page.getByText(/^Your answer to “.*” was not accepted\.$/).waitFor();
  await isFine(page, "missed");
  await page.context().close();
});

test("one's own dialog", async () => {
  const session = await createSession(server, [choice()], { settings: { profanity: "review" } });
  const [page, ana] = await Promise.all([
    joinAs(browser, server, session, "Marisol"),
    joinAs(browser, server, session, "Ana"),
  ]);
  await page.getByRole("button", { name: "You: Marisol" }).click();
  const name = page.getByLabel("Your name");
  await isFine(page, "you");
  const save = async (typed: string) => {
    await name.fill(typed);
    await page.getByRole("button", { name: "Save" }).click();
  };
  await save("ana");
  await page.getByText("Somebody has this name already.").waitFor();
  await isFine(page, "you-taken");
  await save("W".repeat(41));
  await page.getByText("This name can't be used here.").waitFor();
  await isFine(page, "you-invalid");
  await refuse(page, ME, { status: 503, code: "busy" }, { method: "PATCH" });
  await save("Sol");
  await page.getByText("That did not work.").waitFor();
  await isFine(page, "you-failed");
  await page.unroute(ME);
  await save("Sol");
  await page.getByText("Saved").waitFor();
  await isFine(page, "you-saved");
  await save("Fuck");
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByText(/^The others see you as Guest \d/).waitFor();
  await isFine(page, "lobby-held");
  await page.getByRole("button", { name: "You: Fuck" }).click();
  await page
    .getByRole("dialog")
    .getByText(/^The others see you as Guest \d/)
    .waitFor();
  await isFine(page, "you-held");
  await page.getByRole("button", { name: "Leave the session" }).click();
  await page.getByText("Your name becomes free.").waitFor();
  await isFine(page, "you-leaving");
  await Promise.all([ana, page].map((each) => each.context().close()));
});

test("the ways out", async () => {
  const session = await createSession(server, [choice(), quiz()]);
  const removed = await joinAs(browser, server, session, "Marisol");
  await session.remove("Marisol", { ban: true });
  await removed.getByRole("heading", { name: "You were removed" }).waitFor();
  await isFine(removed, "removed");
  await removed.getByRole("button", { name: "Join again" }).click();
  await removed.getByLabel("Your name").fill("Marisol B");
  await removed.getByLabel("Your name").press("Enter");
  await removed.getByText("You can't join this session.").waitFor();
  await isFine(removed, "banned");

  const signedOut = await joinAs(browser, server, session, "Bruno");
  await refuse(signedOut, STATE, { status: 401, code: "unauthorized" });
  await signedOut.getByRole("heading", { name: "You are out" }).waitFor();
  await isFine(signedOut, "signed-out");

  const player = await joinAs(browser, server, session, "Carla");
  const game = session.activities[1]!;
  await session.step(game, "activate");
  await session.control(game, { action: "next" });
  await player.getByRole("button", { name: "Porto" }).click();
  await player.getByText("Your answer is in").waitFor();
  await session.control(game, { action: "reveal" });
  await player.getByText("Right!").waitFor();
  await session.complete();
  await player.getByRole("heading", { name: "That was it" }).waitFor();
  await player.getByText("Place 1", { exact: true }).waitFor();
  await isFine(player, "over");
  await session.erase();
  await player.reload();
  await player.getByRole("heading", { name: "It is gone" }).waitFor();
  await isFine(player, "gone");
  await Promise.all([removed, signedOut, player].map((each) => each.context().close()));
});

test("every text was seen in some state", () => {
  expect(unsaid(joining)).toEqual([]);
  expect(unsaid(room)).toEqual([]);
});
