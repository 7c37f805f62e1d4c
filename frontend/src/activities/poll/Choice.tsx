// One of several answers, or several of them.

import type { PollChoiceResults } from "../../api/schema";
import { Button } from "../../components/Button";
import { ChoiceBox } from "../../components/ChoiceBox";
import { isSomeOf, useDraft } from "../../components/useDraft";
import { useT } from "../../i18n/participant/activities";
import { tap } from "./choosing";
import type { Turn } from "./turn";

export function Choice(turn: Turn) {
  const { activity, answer, canAnswer, send, results } = turn;
  const t = useT();
  const { options, max_choices, allow_change, results: policy } = activity.config;
  const given = answer !== null && "choices" in answer ? answer.choices : [];
  // Where an answer is final it is chosen first, and sent on purpose.
  const isKnown = isSomeOf(options.map(({ id }) => id));
  const [begun, setDraft] = useDraft(turn.draft, isKnown, () => turn.isSaved);
  const draft = begun ?? [];
  const chosen = allow_change || answer !== null ? given : draft;
  const counted = results as PollChoiceResults | null;

  const choose = (id: string) => {
    const next = tap(chosen, id, max_choices);
    if (next === null) return;
    if (!allow_change) setDraft(next);
    else if (next.length === 0) send(null);
    else if (next.join() !== chosen.join()) send({ choices: next });
  };
  return (
    <>
      <p className="hint">
        {max_choices === 1 ? t("choose_one") : t("choose_several", { count: max_choices })}
      </p>
      <fieldset className="choices">
        <legend className="unseen">{activity.config.question || activity.title}</legend>
        {options.map(({ id, label }, index) => (
          <ChoiceBox
            key={id}
            index={index}
            label={label}
            isChosen={chosen.includes(id)}
            isDisabled={!canAnswer || tap(chosen, id, max_choices) === null}
            hasRoom={policy !== "never"}
            result={
              counted ? { count: counted.counts[id] ?? 0, whole: counted.responses } : undefined
            }
            onChoose={() => choose(id)}
          />
        ))}
      </fieldset>
      {!allow_change && canAnswer && (
        <Button
          kind="primary"
          isDisabled={draft.length === 0}
          onClick={() => send({ choices: [...draft] })}
        >
          {t("send")}
        </Button>
      )}
      {counted && <p className="soft">{t("responses", { count: counted.responses })}</p>}
    </>
  );
}
