// Running a session: what is shown now, the people, what they typed, the screen; and the report.

import { ask } from "../../../src/api/client.ts";
import {
  button,
  dialog,
  field,
  link,
  newSession,
  toSection,
  type Watched,
} from "../support/admin.ts";
import { done, join } from "../support/people.ts";
import type { Reach, States, World } from "./world.ts";

const now = (page: Watched) => page.getByRole("region", { name: "Now" });

/** In the order in which the world makes them. */
const AT = { poll: 0, rating: 1, ranking: 2, text: 3, poker: 4, quiz: 5, cloud: 6 } as const;

type Which = keyof typeof AT;

async function at(
  page: Watched,
  world: World,
  which: Which,
  answers: readonly object[] = [],
): Promise<string> {
  const { live, people, server } = world;
  const id = live.activities[AT[which]]!;
  await live.step(id, "activate");
  for (const [index, body] of answers.entries()) await people[index]!.answer(id, body);
  await toSection(page, server, live.id, "control");
  await now(page).getByRole("heading", { level: 3 }).waitFor();
  return id;
}

function panel(which: "moderation" | "screen" | undefined, title: string): Reach {
  return async (page, { server, live }) => {
    await toSection(page, server, live.id, "control", which);
    await page.getByRole("heading", { name: title, exact: true }).first().waitFor();
  };
}

/** A vote of all on the present story, and what is said of it. */
function revealedWith(cards: readonly string[], said: string): Reach {
  return async (page, world) => {
    const id = await at(page, world, "poker");
    const before = (await world.live.results(id)) as object;
    if ("votes" in before) await world.live.control(id, { action: "revote" });
    for (const [index, card] of cards.entries()) await world.people[index]!.answer(id, { card });
    await world.live.control(id, { action: "reveal" });
    await now(page).getByText(said, { exact: false }).waitFor();
  };
}

export const control: States = {
  async "control-draft"(page, { server, draft }) {
    await toSection(page, server, draft.id, "control");
    await page.getByText("The session is a draft.", { exact: false }).waitFor();
  },
  async "control-opened"(page, world) {
    await toSection(page, world.server, world.blank.id, "edit");
    await button(page, "Open the session").click();
    await page.getByText("The session is open").waitFor();
    await page.getByText("There is nothing to start yet.").waitFor();
  },
  async "control-waiting"(page, { server, waiting }) {
    await toSection(page, server, waiting.id, "control");
    await page.getByText("Nothing is running yet.").waitFor();
  },
  async "control-unannounced"(page, world) {
    await control["control-waiting"]!(page, world);
    await button(page, "Take back Offsite").click();
    await button(page, "Announce Offsite").waitFor();
  },
  async "control-countdown"(page, { server, waiting }) {
    await waiting.step(waiting.activities[1]!, "activate");
    await waiting.control(waiting.activities[1]!, { action: "next" });
    await toSection(page, server, waiting.id, "control");
    await now(page).getByText("Opens in a moment", { exact: true }).waitFor();
  },
  async "control-bare"(page, { server, bare }) {
    await toSection(page, server, bare.id, "control");
    await page.getByText("There is nothing to start yet.").waitFor();
  },
  async "control-loading"(page, { server, waiting }) {
    await page.route("**/state*", () => undefined);
    await toSection(page, server, waiting.id, "control");
    await page.getByText("Loading …").waitFor();
  },
  async "control-unreachable"(page, { server, waiting }) {
    await page.route("**/state*", (route) => route.abort());
    await toSection(page, server, waiting.id, "control");
    await page.getByText("The server can't be reached.", { exact: false }).waitFor();
  },
  async "control-poll"(page, world) {
    await at(page, world, "poll", [{ choices: ["a"] }, { choices: ["a"] }, { choices: ["b"] }]);
    await now(page).getByText("2 votes", { exact: true }).waitFor();
  },
  async "control-still-running"(page, world) {
    await at(page, world, "poll");
    await button(page, "Start Mood").click();
    await dialog(page, "End what is running?").waitFor();
  },
  async "control-poll-paused"(page, world) {
    await at(page, world, "poll");
    await button(page, "Pause answers").click();
    await now(page).getByText("Answers paused").waitFor();
  },
  async "control-clear"(page, world) {
    await at(page, world, "poll");
    await button(page, "Clear answers").click();
    await dialog(page, "Throw the answers away?").waitFor();
  },
  async "control-poll-revealed"(page, world) {
    const id = await at(page, world, "poll");
    await world.live.control(id, { action: "reveal" });
    await now(page).getByText("Results shown to all").waitFor();
  },
  async "control-poll-ended"(page, world) {
    const id = await at(page, world, "poll");
    await world.live.step(id, "expire");
    await now(page).getByText("Ended").waitFor();
  },
  async "control-rating"(page, world) {
    await at(page, world, "rating", [{ rating: 7 }, { rating: 9 }]);
    await now(page).getByText("Mean 8", { exact: false }).waitFor();
  },
  async "control-ranking"(page, world) {
    await at(page, world, "ranking", [{ ranking: ["b", "a"] }]);
    await now(page).getByText("First places").waitFor();
  },
  async "control-text"(page, world) {
    await at(page, world, "text", [
      { text: "this is fucking slow" },
      { text: "More light" },
      { text: "more shit coffee" },
    ]);
    await now(page).getByText("More light").waitFor();
    await link(page, /waiting/).waitFor();
  },
  async moderation(page, world) {
    await at(page, world, "text");
    await panel("moderation", "Moderation")(page, world);
    await button(page, /^Approve/)
      .first()
      .waitFor();
  },
  async "moderation-visible"(page, world) {
    await panel("moderation", "Moderation")(page, world);
    await field(page, "Show").selectOption("visible");
    await button(page, /^Hide More light/).waitFor();
  },
  async "moderation-author"(page, world) {
    await control["moderation-visible"]!(page, world);
    await button(page, "Remove author of More light").click();
    await dialog(page, "Remove who wrote this?").waitFor();
  },
  async "moderation-decided"(page, world) {
    await control["moderation"]!(page, world);
    await button(page, /^Hide this is/).click();
    await page.getByText("Hidden", { exact: true }).last().waitFor();
    await button(page, /^Approve more/).click();
    await page.getByText("Approved", { exact: true }).waitFor();
    await page.getByText("Nothing waits.").waitFor();
  },
  async "moderation-none"(page, { server, waiting }) {
    await toSection(page, server, waiting.id, "control", "moderation");
    await field(page, "Show").selectOption("hidden");
    await page.getByText("Nothing is hidden.").waitFor();
  },
  async "moderation-nobody"(page, { server, waiting }) {
    await toSection(page, server, waiting.id, "control", "moderation");
    await field(page, "Show").selectOption("visible");
    await page.getByText("Nobody has written anything yet.").waitFor();
  },
  async "control-poker"(page, world) {
    await at(page, world, "poker", [{ card: "5" }, { card: "8" }]);
    await now(page)
      .getByText(/^2 of \d voted$/)
      .waitFor();
  },
  async "control-poker-revealed"(page, world) {
    const id = await at(page, world, "poker");
    await world.live.control(id, { action: "reveal" });
    await button(page, "Settle on it").waitFor();
  },
  async "control-poker-awaited"(page, world) {
    const { live, people, server } = world;
    const id = await at(page, world, "poker");
    await live.control(id, { action: "revote" });
    // Who polls is online.
    const params = { path: { id: live.id } };
    await done(ask(people[2]!.api.GET("/api/v1/sessions/{id}/state", { params })));
    await now(page)
      .getByText(/not voted$/)
      .click();
    await button(page, "Skip Edsger D.").click();
    await page.getByText("Edsger D. only watches now.", { exact: false }).waitFor();
    const path = { id: live.id, pid: people[2]!.participant_id };
    const body = { spectator: false };
    const route = "/api/v1/sessions/{id}/participants/{pid}";
    await done(ask(server.admin.PATCH(route, { params: { path }, body })));
    await button(page, "Skip Edsger D.").waitFor();
  },
  "control-poker-agreed": revealedWith(["5", "5", "5"], "All who estimated played it."),
  "control-poker-far": revealedWith(["5", "5", "21"], "Far from the middle: 21"),
  "control-poker-none": revealedWith(["?", "?", "?"], "Nobody played an estimate."),
  async "control-poker-camps"(page, world) {
    const fourth = await join(world.server, world.live.id, `Barbara ${Date.now()}`);
    const four = { ...world, people: [...world.people, fourth] };
    await revealedWith(["3", "3", "13", "13"], "Two camps stand apart")(page, four);
  },
  async "control-poker-second"(page, world) {
    const id = await at(page, world, "poker");
    await world.live.control(id, { action: "accept", estimate: "5" });
    await world.live.control(id, { action: "next" });
    await button(page, "Previous story").waitFor();
  },
  async "control-quiz-waiting"(page, world) {
    await at(page, world, "quiz");
    await button(page, "First question").waitFor();
  },
  async "control-quiz"(page, world) {
    const id = await at(page, world, "quiz");
    await world.live.control(id, { action: "next" });
    await world.people[0]!.answer(id, { question: "q1", choices: ["b"] });
    await now(page)
      .getByText(/^1 of \d answered$/)
      .waitFor();
  },
  async "control-quiz-revealed"(page, world) {
    const id = await at(page, world, "quiz");
    await world.live.control(id, { action: "reveal" });
    await now(page).getByRole("table", { name: "Leaderboard" }).waitFor();
  },
  async "control-quiz-leaderboard"(page, world) {
    const id = await at(page, world, "quiz");
    await world.live.control(id, { action: "leaderboard" });
    await button(page, "Next question").waitFor();
    await button(page, "Leaderboard").waitFor({ state: "detached" });
  },
  async "control-quiz-number"(page, world) {
    const id = await at(page, world, "quiz");
    await world.live.control(id, { action: "next" });
    await world.live.control(id, { action: "reveal" });
    await world.live.control(id, { action: "next" });
    await world.people[0]!.answer(id, { question: "q3", value: 4200 });
    await world.live.control(id, { action: "reveal" });
    await now(page).getByText("Right answer: 4,210.5").waitFor();
  },
  async "control-quiz-buzzer"(page, world) {
    const id = await at(page, world, "quiz");
    await world.live.control(id, { action: "next" });
    await world.people[0]!.answer(id, { question: "q4", buzz: true });
    await button(page, "Right: Ada Lovelace").waitFor();
  },
  async "control-quiz-judged"(page, world) {
    await at(page, world, "quiz");
    await button(page, "Right: Ada Lovelace").click();
    await page.getByText("Ada Lovelace had it right").waitFor();
    await button(page, "Wrong: Ada Lovelace").click();
    await page.getByText("Ada Lovelace had it wrong").waitFor();
  },
  async "control-quiz-nameless"(page, world) {
    const params = { path: { id: world.live.id } };
    const settings = { show_names: false };
    await ask(world.server.admin.PATCH("/api/v1/sessions/{id}", { params, body: { settings } }));
    await at(page, world, "quiz");
    await button(page, "Right: Person 1").waitFor();
  },
  async "control-quiz-last"(page, world) {
    const id = await at(page, world, "quiz");
    await world.live.control(id, { action: "reveal" });
    await button(page, "Finish the quiz").waitFor();
  },
  async "control-quiz-finished"(page, world) {
    const id = await at(page, world, "quiz");
    await world.live.control(id, { action: "next" });
    await now(page).getByText("Finished").waitFor();
  },
  async "editor-locked"(page, { server, live }) {
    await toSection(page, server, live.id, "edit");
    await page.getByText("It is running or has run", { exact: false }).waitFor();
  },
  async "editor-append"(page, { server, live }) {
    await toSection(page, server, live.id, "edit");
    await button(page, /^How well do we know us/).click();
    await page.getByText("you can add to it at the end", { exact: false }).waitFor();
  },
  async "control-words"(page, world) {
    await at(page, world, "cloud", [{ words: ["growth", "calm"] }, { words: ["growth"] }]);
    await now(page).getByText("Hide and merge words").click();
    await button(page, "Hide growth").waitFor();
    await page.getByText("That was the last activity.", { exact: false }).waitFor({
      state: "detached",
    });
  },
  async "control-words-moderated"(page, world) {
    await control["control-words"]!(page, world);
    await world.people[2]!.answer(world.live.activities[AT.cloud]!, { words: ["noise"] });
    await button(page, "Hide noise").click();
    await button(page, "Show again: noise").waitFor();
    await button(page, "Merge calm").click();
    await field(now(page), "counts for this one").fill("growth");
    await page.keyboard.press("Enter");
    await button(page, "Take apart: calm").waitFor();
  },
  async "control-last"(page, world) {
    const id = await at(page, world, "cloud");
    await world.live.control(id, { action: "reveal" });
    await page.getByText("That was the last activity.", { exact: false }).waitFor();
  },
  async "control-full"(page, world) {
    await at(page, world, "cloud");
    await now(page).getByText("Hide and merge words").click();
    await field(now(page), "Word").fill("growth");
    await button(now(page), "Take apart").click();
    await page.getByText("This word is not merged into another.").waitFor();
  },
  people: panel(undefined, "People"),
  async "people-away"(page, world) {
    // Who is away is a matter of minutes; here it is said at once.
    const statuses = ["online", "idle", "disconnected"];
    await page.route("**/participants?*", async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as { items: object[] };
      const items = body.items.map((each, at) => ({ ...each, status: statuses[at % 3] }));
      await route.fulfill({ response, json: { ...body, items } });
    });
    await control["people"]!(page, world);
    await page.getByText("Away", { exact: true }).waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
  },
  async "people-none"(page, world) {
    await control["people"]!(page, world);
    await field(page, "Find a name").fill("nobody of this name");
    await page.getByText("Nobody has such a name.").waitFor();
  },
  async "people-edit"(page, world) {
    await control["people"]!(page, world);
    await button(page, "Edit Ada Lovelace").click();
    await field(dialog(page), "Name").fill("Grace Hopper");
    await button(dialog(page), "Save").click();
    await dialog(page).getByText("Somebody has this name already.", { exact: false }).waitFor();
  },
  async "people-edited"(page, world) {
    await control["people"]!(page, world);
    await button(page, "Edit Ada Lovelace").click();
    await button(dialog(page), "Save").click();
    await page.getByText("Saved", { exact: true }).waitFor();
  },
  async "people-remove-kept"(page, world) {
    const params = { path: { id: world.live.id } };
    const body = { nickname: "Looking on", spectator: true };
    const { server } = world;
    await done(ask(server.admin.POST("/api/v1/sessions/{id}/participants", { params, body })));
    await control["people"]!(page, world);
    await page.getByText("watches only").waitFor();
    await button(page, "Remove Looking on").click();
    await dialog(page, "Remove this person?").waitFor();
  },
  async "people-remove"(page, world) {
    await control["people"]!(page, world);
    await button(page, "Remove Edsger D.").click();
    await field(dialog(page), "Erase what they wrote").check();
    await button(dialog(page), "Remove and erase").waitFor();
  },
  async "people-removed"(page, world) {
    await join(world.server, world.live.id, "Passing by");
    await control["people"]!(page, world);
    await button(page, "Remove Passing by").click();
    await button(dialog(page), "Remove").click();
    await page.getByText("Removed", { exact: true }).waitFor();
  },
  async "people-erased"(page, world) {
    await control["people-remove"]!(page, world);
    await button(dialog(page), "Remove and erase").click();
    await page.getByText("Removed, and what they wrote is erased").waitFor();
  },
  async "moderation-removed"(page, world) {
    await control["moderation-author"]!(page, world);
    await button(dialog(page), "Remove author").click();
    await page.getByText("The author is removed").waitFor();
  },
  screen: panel("screen", "Big screen"),
  async "screen-message"(page, world) {
    await control["screen"]!(page, world);
    await field(page, "Text").fill("Lunch at noon");
    await button(page, "Show message").click();
    await button(page, "Take it away").waitFor();
    await page.getByText("The message is shown").waitFor();
  },
  async "screen-gone"(page, world) {
    await control["screen"]!(page, world);
    await button(page, "Take it away").click();
    await page.getByText("The message is gone").waitFor();
  },
  async "screen-over"(page, { server, over }) {
    await toSection(page, server, over.id, "control", "screen");
    await page.getByText("The session is completed.", { exact: false }).first().waitFor();
  },
  async "control-signed-out"(page, world) {
    await toSection(page, world.server, world.live.id, "control");
    await button(page, "Edit Ada Lovelace").waitFor();
    await page.context().clearCookies();
    await dialog(page, "Sign in again").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("You are not signed in any more.", { exact: false }).first().waitFor();
  },
  async complete(page, world) {
    await toSection(page, world.server, world.live.id, "edit");
    await field(page, "Title").fill("Changed before the end");
    await button(page, "Complete the session").click();
    await dialog(page, "Complete the session?").waitFor();
  },
  async "report-nothing"(page, { server, waiting }) {
    await toSection(page, server, waiting.id, "report");
    await page
      .getByText("Nothing has happened yet.")
      .or(page.getByText("No results yet.").first())
      .first()
      .waitFor();
  },
  async "report-live"(page, { server, live }) {
    await toSection(page, server, live.id, "report");
    await page.getByText("The session is running", { exact: false }).waitFor();
    await page.getByRole("heading", { name: "Engagement over time" }).waitFor();
  },
  async report(page, { server, over }) {
    await toSection(page, server, over.id, "report");
    await page.getByRole("heading", { name: "Engagement over time" }).waitFor();
  },
  async "report-table"(page, world) {
    await control["report"]!(page, world);
    await page.getByText("As a table").click();
    await page.getByRole("columnheader", { name: "Online" }).waitFor();
  },
  async "report-unreachable"(page, { server, over }) {
    await page.route("**/summary", (route) => route.abort());
    await toSection(page, server, over.id, "report");
    await button(page, "Try again").waitFor();
  },
  async completed(page, world) {
    await toSection(page, world.server, world.bare.id, "control");
    await button(page, "Complete the session").click();
    await button(dialog(page), "Complete the session").click();
    await page.getByText("The session is completed", { exact: true }).waitFor();
    await page.getByText("No activities yet").waitFor();
  },
  async "control-over"(page, { server, bare }) {
    const params = { path: { id: bare.id } };
    await ask(server.admin.POST("/api/v1/sessions/{id}/complete", { params }));
    await toSection(page, server, bare.id, "control");
    await page.getByText("The session is over.").waitFor();
  },
  async "sessions-more"(page, { server }) {
    const names = Array.from({ length: 30 }, (_, at) => `Weekly ${at + 1}`);
    await Promise.all(names.map((name) => newSession(server, name)));
    await page.goto(`${server.url}/admin`);
    await button(page, "Show more").waitFor();
  },
};
