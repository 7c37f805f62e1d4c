// What participants will get, drawn by the phone's own views from what is being written.

import { type ComponentType, lazy, Suspense, useState } from "react";

import type { Body, Letter } from "../../../api/outbox";
import type { FrameActivity, SessionResource } from "../../../api/schema";
import type { ParticipantProps } from "../../../components/participate";
import { useT } from "../../../i18n/admin";
import type { Written } from "../drafts";
import { madeUp, MOMENT } from "./madeUp";

type View = ComponentType<ParticipantProps<FrameActivity>>;

/** Each view takes its own type of activity, which is the type it is chosen by. */
function view(load: () => Promise<{ Participant: unknown }>) {
  return lazy(async () => ({ default: (await load()).Participant as View }));
}

const VIEWS = {
  poll: view(() => import("../../../activities/poll/Participant")),
  poker: view(() => import("../../../activities/poker/Participant")),
  quiz: view(() => import("../../../activities/quiz/Participant")),
  wordcloud: view(() => import("../../../activities/wordcloud/Participant")),
};

const still = () => MOMENT;

export function Preview({
  written,
  session,
  look,
}: {
  written: Written;
  session: SessionResource;
  look: number;
}) {
  const t = useT();
  const activity = madeUp(written, look, {
    untitled: t("untitled"),
    option: (letter) => t("option_n", { letter }),
    yes: t("true"),
    no: t("false"),
  });
  const kind = written.type === "poll" ? written.config.kind : "";
  return (
    <section className="preview" aria-labelledby="preview">
      <h2 id="preview">{t("preview")}</h2>
      <p className="soft">{t("preview_hint")}</p>
      <div className="phone">
        <div className="phone-bar" aria-hidden="true">
          <bdi>{session.name}</bdi>
        </div>
        <div className="phone-screen">
          <Suspense fallback={<p className="soft">{t("loading")}</p>}>
            <Phone key={`${written.type} ${kind} ${look}`} activity={activity} />
          </Suspense>
        </div>
      </div>
    </section>
  );
}

/** Answers can be tried; they go nowhere. */
function Phone({ activity }: { activity: FrameActivity }) {
  const [letter, setLetter] = useState<Letter>();
  const Participant = VIEWS[activity.type];
  const send = (body: Body) => setLetter({ state: "saved", body });
  return (
    <Participant activity={activity} me={null} send={send} letter={letter} now={still} isPreview />
  );
}
