// What every activity's view for participants gets, and what follows from it. Pure.

import type { Draft } from "../api/drafts";
import type { Body, Letter } from "../api/outbox";
import type { FrameActivity, MeResource, Results } from "../api/schema";

export type ParticipantProps<Activity extends FrameActivity> = {
  activity: Activity;
  /** With answers of the present round only. */
  me: MeResource | null;
  send: (body: Body, question?: string) => void;
  /** Of the present round, and question where the activity has them. */
  letter: Letter | undefined;
  /** Where what is not sent yet is kept; nowhere in the editor. */
  draft?: Draft | undefined;
  /** The server's clock. */
  now: () => number;
  /** Where the frame has them, participants may see them. */
  results?: Results | null;
  /** In the editor: nothing is read out and nothing takes the focus. */
  isPreview?: boolean;
};

/** What counts as this person's answer: what is on its way, else what the server knows. */
export function given<Answer>(
  letter: Letter | undefined,
  known: Answer | undefined,
): Answer | null {
  if (letter === undefined || letter.state === "refused") return known ?? null;
  return letter.body as Answer | null;
}

/** What the sign says: an answer from before this page was opened is in, too. */
export function fate(letter: Letter | undefined, known: unknown): Letter | undefined {
  if (letter?.body === null && letter.state === "saved") return undefined;
  if (letter !== undefined || known === undefined) return letter;
  return { state: "saved", body: null };
}

/** As the server counts: what people see as one character is one, whatever it consists of. */
export function lengthOf(text: string): number {
  if (typeof Intl.Segmenter !== "function") return [...text].length;
  return [...new Intl.Segmenter().segment(text)].length;
}
