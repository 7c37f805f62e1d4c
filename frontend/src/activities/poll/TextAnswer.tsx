// An answer in one's own words.

import type { FormEvent } from "react";

import type { PollTextResults } from "../../api/schema";
import { Button } from "../../components/Button";
import { TextArea } from "../../components/Field";
import { oneLine } from "../../components/line";
import { lengthOf } from "../../components/participate";
import { isText, useDraft } from "../../components/useDraft";
import { useSlots } from "../../components/useSlots";
import { useT } from "../../i18n/participant/activities";
import type { Turn } from "./turn";

export function TextAnswer(turn: Turn) {
  const { activity, answer, canAnswer, send, results } = turn;
  const t = useT();
  const { max_length } = activity.config;
  const given = answer !== null && "text" in answer ? answer.text : "";
  const isSettled = (typed: string) => turn.isSaved && oneLine(typed) === given;
  const [draft, setDraft] = useDraft(turn.draft, isText, isSettled);
  const written = draft ?? given;
  const line = oneLine(written);
  const left = max_length - lengthOf(line);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (line !== "" && line !== given && left >= 0) send({ text: line });
  };
  const shown = results as PollTextResults | null;
  return (
    <>
      {canAnswer ? (
        <form className="writing" onSubmit={submit}>
          <TextArea
            label={t("text_label")}
            rows={4}
            value={written}
            hint={left >= 0 && t("text_left", { count: left })}
            wrong={left < 0 && t("text_over", { count: -left })}
            onInput={(event) => setDraft(event.currentTarget.value)}
          />
          <Button
            type="submit"
            kind="primary"
            isDisabled={line === "" || line === given || left < 0}
          >
            {t(given === "" ? "send" : "send_change")}
          </Button>
        </form>
      ) : (
        given !== "" && (
          <figure className="said box">
            <figcaption>{t("text_label")}</figcaption>
            <blockquote dir="auto">{given}</blockquote>
          </figure>
        )
      )}
      {shown && (
        <div className="shown">
          <h2>{t("text_latest")}</h2>
          <p className="soft">{t("responses", { count: shown.responses })}</p>
          <Wall texts={shown.latest} />
        </div>
      )}
    </>
  );
}

function Wall({ texts }: { texts: PollTextResults["latest"] }) {
  const slots = useSlots(texts, (each) => each.item_id);
  return (
    <ul className="wall">
      {slots.map((each) => (
        <li key={each.item_id} className="box" dir="auto">
          {each.text}
        </li>
      ))}
    </ul>
  );
}
