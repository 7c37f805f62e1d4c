// Preparing a session: its editor, its settings, how people get in.

import { ask } from "../../../src/api/client.ts";
import { addActivity, button, dialog, field, textbox, toSection } from "../support/admin.ts";
import { done } from "../support/people.ts";
import type { Reach, States } from "./world.ts";

/** The activity of this title in the draft of everything. */
function of(title: string): Reach {
  return async (page, { server, draft }) => {
    await toSection(page, server, draft.id, "edit");
    await page.getByRole("button", { name: new RegExp(`^${title}`) }).click();
    await field(page, "Title").waitFor();
  };
}

const change = (world: Parameters<Reach>[1], body: object) =>
  done(
    ask(
      world.server.admin.PATCH("/api/v1/sessions/{id}", {
        params: { path: { id: world.draft.id } },
        body,
      }),
    ),
  );

export const editor: States = {
  async "editor-empty"(page, { server, blank }) {
    await toSection(page, server, blank.id, "edit");
    await page.getByText("No activities yet").waitFor();
  },
  "editor-choice": of("Offsite"),
  "editor-rating": of("Mood"),
  "editor-ranking": of("Order"),
  "editor-text": of("What is on your mind"),
  "editor-poker": of("Sprint 42"),
  async "editor-pasted"(page, world) {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await editor["editor-choice"]!(page, world);
    await page.evaluate(
      (text) => navigator.clipboard.writeText(text),
      Array.from({ length: 30 }, (_, at) => `Place ${at + 1}`).join("\n"),
    );
    await textbox(page, "Option D").focus();
    await page.keyboard.press("Control+v");
    await page.getByText("16 rows pasted").waitFor();
    await page.getByText("14 lines did not fit").waitFor();
  },
  async "editor-deck"(page, world) {
    await editor["editor-poker"]!(page, world);
    await field(page, "Cards").selectOption("own");
    await field(page, "My cards").fill("S M L");
  },
  "editor-quiz": of("How well do we know us"),
  async "editor-question-2"(page, world) {
    await editor["editor-quiz"]!(page, world);
    await textbox(page, "Question").nth(1).focus();
    await page.getByText("Question 2 of 4").waitFor();
  },
  async "editor-question-3"(page, world) {
    await editor["editor-quiz"]!(page, world);
    await textbox(page, "Question").nth(2).focus();
    await page.getByText("Question 3 of 4").waitFor();
  },
  "editor-wordcloud": of("In a word"),
  async "editor-new"(page, { server, draft }) {
    await toSection(page, server, draft.id, "edit");
    await button(page, "Quiz").click();
    await page.getByText("Not saved", { exact: true }).waitFor();
  },
  async "editor-wrong"(page, { server, draft }) {
    await toSection(page, server, draft.id, "edit");
    await button(page, "Quiz").click();
    await button(page, "Save").click();
    await page.getByText("Not saved yet. Please look at:").waitFor();
  },
  async "editor-moved"(page, world) {
    await editor["editor-choice"]!(page, world);
    await button(page, "Move Option A down").click();
    await page.getByText("Option A is now number 2 of 4").waitFor({ state: "attached" });
  },
  async "editor-removed"(page, world) {
    await editor["editor-choice"]!(page, world);
    await button(page, "Remove Option D").click();
    await page.getByText("Option D is removed").waitFor({ state: "attached" });
  },
  async "editor-remove-question"(page, world) {
    await editor["editor-quiz"]!(page, world);
    await button(page, "Remove Question 1").click();
    await dialog(page, "Remove Question 1?").waitFor();
  },
  async "editor-discard"(page, world) {
    await editor["editor-choice"]!(page, world);
    await field(page, "Title").fill("Changed");
    await button(page, "Discard changes").click();
    await dialog(page, "Discard your changes?").waitFor();
  },
  async "editor-delete"(page, world) {
    await editor["editor-choice"]!(page, world);
    await button(page, "Delete Offsite").click();
    await dialog(page, "Delete this activity?").waitFor();
  },
  async "editor-deleted"(page, world) {
    await toSection(page, world.server, world.draft.id, "edit");
    await button(page, "Duplicate Offsite").click();
    await page.getByText("Duplicated", { exact: true }).waitFor();
    await button(page, "Delete Offsite (copy)").click();
    await button(dialog(page), "Delete").click();
    await page.getByText("Deleted", { exact: true }).waitFor();
  },
  async "editor-copy-refused"(page, { server, draft }) {
    await toSection(page, server, draft.id, "edit");
    await button(page, "Poll").click();
    await button(page, "Duplicate Untitled").click();
    await page.getByText("Complete and save it first", { exact: false }).waitFor();
  },
  async "editor-conflict"(page, world) {
    await editor["editor-wordcloud"]!(page, world);
    await field(page, "Title").fill("In a word, mine");
    const path = { id: world.draft.id, aid: world.draft.activities[6]! };
    await done(
      ask(
        world.server.admin.PATCH("/api/v1/sessions/{id}/activities/{aid}", {
          params: { path },
          body: { title: `In a word, theirs ${Date.now()}` },
        }),
      ),
    );
    await button(page, "Save").click();
    await page.getByText("Somebody else has changed this activity", { exact: false }).waitFor();
  },
  async "editor-conflict-deleted"(page, world) {
    const { server, draft } = world;
    await toSection(page, server, draft.id, "edit");
    await addActivity(page, "Word cloud", "Doomed");
    await button(page, "Save").click();
    await page.getByText("All is saved").waitFor();
    await field(page, "Title").fill("Doomed, mine");
    const params = { path: { id: draft.id } };
    const { activities } = await done(ask(server.admin.GET("/api/v1/sessions/{id}", { params })));
    const aid = activities.find(({ title }) => title === "Doomed")!.id;
    const at = { params: { path: { id: draft.id, aid } } };
    await ask(server.admin.DELETE("/api/v1/sessions/{id}/activities/{aid}", at));
    await button(page, "Save").click();
    await page.getByText("Somebody else has deleted this activity", { exact: false }).waitFor();
  },
  async "editor-saving"(page, world) {
    await editor["editor-choice"]!(page, world);
    await field(page, "Title").fill("Slowly");
    await page.route("**/activities/*", () => undefined);
    await button(page, "Save").click();
    await page.getByText("Saving …").waitFor();
  },
  async "editor-unreachable"(page, world) {
    await editor["editor-choice"]!(page, world);
    await field(page, "Title").fill("Patiently");
    await page.route("**/api/**", (route) => route.abort());
    await button(page, "Save").click();
    await page.getByText("it is saved as soon as the server answers", { exact: false }).waitFor();
    await page.getByText("Reconnecting …").or(page.getByText("No connection.")).waitFor();
  },
  async "editor-open"(page, world) {
    await editor["editor-new"]!(page, world);
    await button(page, "Open the session").click();
    await dialog(page, "There are changes that are not saved").waitFor();
  },
  async "editor-sign-out"(page, world) {
    await editor["editor-choice"]!(page, world);
    await field(page, "Title").fill("Changed");
    await button(page, "Sign out").click();
    await dialog(page, "There are changes that are not saved").waitFor();
  },
  async "editor-over"(page, { server, over }) {
    await toSection(page, server, over.id, "edit");
    await field(page, "Title").waitFor();
  },
  async settings(page, { server, draft }) {
    await toSection(page, server, draft.id, "edit");
    await button(page, "Settings").click();
    await dialog(page, "Settings").waitFor();
  },
  async "settings-wrong"(page, world) {
    await editor["settings"]!(page, world);
    await field(dialog(page), "Participants at most").fill("0");
    await button(dialog(page), "Save").click();
    await dialog(page).getByText("Must be between 1 and 200,000.").waitFor();
  },
  async "settings-conflict"(page, world) {
    await editor["settings"]!(page, world);
    await field(dialog(page), "Description").fill("What I say of it");
    await change(world, { description: `What they say of it ${Date.now()}` });
    await button(dialog(page), "Save").click();
    await dialog(page).getByText("Somebody else has changed this too", { exact: false }).waitFor();
  },
  async "settings-unsaved"(page, world) {
    await editor["settings"]!(page, world);
    await field(dialog(page), "Description").fill("Unsaved");
    await page.keyboard.press("Escape");
    await dialog(page, "There are changes that are not saved").waitFor();
  },
  async "settings-saved"(page, world) {
    await editor["settings"]!(page, world);
    await button(dialog(page), "Save").click();
    await page.getByText("Saved", { exact: true }).waitFor();
  },
  async "settings-over"(page, { server, over }) {
    await toSection(page, server, over.id, "report");
    await button(page, "Settings").click();
    await dialog(page, "Settings").waitFor();
  },
  async share(page, { server, blank }) {
    await toSection(page, server, blank.id, "edit");
    await button(page, "Share").click();
    await dialog(page).getByText("There is no link yet.").waitFor();
  },
  async "share-link"(page, { server, draft }) {
    await toSection(page, server, draft.id, "edit");
    await button(page, "Share").click();
    await button(dialog(page), "New link").click();
    await textbox(page, "Link for the big screen").waitFor();
  },
  async "share-copied"(page, world) {
    await page.context().grantPermissions(["clipboard-write"]);
    await editor["share-link"]!(page, world);
    await button(page, "Copy Address to join").click();
    await dialog(page).getByText("Copied", { exact: true }).waitFor();
  },
  async "share-by-hand"(page, world) {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    await editor["share-link"]!(page, world);
    await button(page, "Copy Link for the big screen").click();
    await dialog(page).getByText("This page may not copy.", { exact: false }).waitFor();
  },
  async "share-revoke"(page, world) {
    await editor["share-link"]!(page, world);
    await button(page, /^Revoke: Link/)
      .first()
      .click();
    await dialog(page, "Revoke this link?").waitFor();
  },
  async "share-revoked"(page, world) {
    await editor["share-revoke"]!(page, world);
    await button(dialog(page, "Revoke this link?"), "Revoke").click();
    await dialog(page).getByText("The link is revoked").waitFor();
  },
  async "share-over"(page, { server, over }) {
    await toSection(page, server, over.id, "report");
    await button(page, "Share").click();
    await dialog(page).getByText("There is no link yet.").waitFor();
  },
};
