// Giving the answer: one tap where one will do.

import { type FormEvent, useEffect, useState } from "react";

import type { Draft } from "../../api/drafts";
import type { Body } from "../../api/outbox";
import type { AskedQuestion, QuizAnswered } from "../../api/schema";
import { Button } from "../../components/Button";
import { ChoiceBox } from "../../components/ChoiceBox";
import { TextField } from "../../components/Field";
import { isSomeOf, isText, useDraft } from "../../components/useDraft";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/participant/activities";
import { localeOf, parseNumber, readBack } from "./numbers";
import { optionsOf } from "./options";

type Props = {
  question: AskedQuestion;
  answer: QuizAnswered | null;
  /** The server has it. */
  isSaved: boolean;
  draft: Draft | undefined;
  canAnswer: boolean;
  /** Of a buzzer. */
  position: number | undefined;
  send: (body: NonNullable<Body>) => void;
};

export function Answering(props: Props) {
  switch (props.question.kind) {
    case "choice":
    case "true_false":
      return <Choosing {...props} />;
    case "numeric":
      return <Numeric {...props} />;
    case "buzzer":
      return <Buzzer {...props} />;
  }
}

function Choosing({ question, answer, isSaved, draft: kept, canAnswer, send }: Props) {
  const t = useT();
  const options = optionsOf(question, { isTrue: t("quiz_true"), isFalse: t("quiz_false") });
  const isKnown = isSomeOf(options.map(({ id }) => id));
  const [begun, setDraft] = useDraft(kept, isKnown, () => isSaved);
  const draft = begun ?? [];
  const isSeveral = question.several === true;
  const chosen = answer?.choices ?? draft;
  const choose = (id: string) => {
    if (!isSeveral) return send({ choices: [id] });
    setDraft(draft.includes(id) ? draft.filter((each) => each !== id) : [...draft, id]);
  };
  return (
    <>
      <p className="hint">{t(isSeveral ? "quiz_tap_several" : "quiz_tap")}</p>
      <fieldset className="choices">
        <legend className="unseen">{question.prompt}</legend>
        {options.map(({ id, label }, index) => (
          <ChoiceBox
            key={id}
            index={index}
            label={label}
            isChosen={chosen.includes(id)}
            isDisabled={!canAnswer}
            onChoose={() => choose(id)}
          />
        ))}
      </fieldset>
      {isSeveral && canAnswer && (
        <Button
          kind="primary"
          isDisabled={draft.length === 0}
          onClick={() => send({ choices: [...draft] })}
        >
          {t("send")}
        </Button>
      )}
    </>
  );
}

function Numeric({ answer, isSaved, draft, canAnswer, send }: Props) {
  const t = useT();
  const language = useLanguage();
  const [begun, setTyped] = useDraft(draft, isText, () => isSaved);
  const typed = begun ?? "";
  const [isWrong, setWrong] = useState(false);
  if (answer?.value !== undefined) {
    return (
      <p className="given box">
        <span className="soft">{t("quiz_your_answer")}</span>
        <strong className="num">{formatNumber(answer.value, language, 10)}</strong>
      </p>
    );
  }
  const locale = localeOf(language, navigator.languages);
  const value = parseNumber(typed, locale);
  // The answer is final, and a point or a comma may be either.
  const read = value !== null && /[.,]/.test(typed) && readBack(value, locale);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!canAnswer) return;
    if (value === null) setWrong(true);
    else send({ value });
  };
  return (
    <form className="numeric" onSubmit={submit}>
      <TextField
        label={t("quiz_number")}
        inputMode="decimal"
        autoComplete="off"
        enterKeyHint="send"
        value={typed}
        readOnly={!canAnswer}
        hint={read && t("quiz_read_as", { value: read })}
        wrong={isWrong && t("quiz_not_a_number")}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setWrong(false);
        }}
      />
      <Button type="submit" kind="primary" isDisabled={!canAnswer || typed.trim() === ""}>
        {t("send")}
      </Button>
    </form>
  );
}

function Buzzer({ answer, isSaved, draft, canAnswer, position, send }: Props) {
  const t = useT();
  const hasBuzzed = answer !== null;
  // The server names the place once, when it takes the answer; a refresh must not lose it.
  const [kept, keep] = useDraft(draft, isPlace);
  const place = position ?? kept;
  useEffect(() => {
    if (place !== kept) keep(place);
  });
  const buzz = () => {
    keep(null);
    send({ buzz: true });
  };
  return (
    <div className="buzzing">
      <button
        type="button"
        className="buzzer num"
        aria-disabled={!canAnswer || undefined}
        aria-pressed={hasBuzzed}
        onClick={canAnswer ? buzz : undefined}
      >
        {t(hasBuzzed ? "quiz_buzzed" : "quiz_buzz")}
      </button>
      <p className="voice" role="status">
        {isSaved && place !== null && t("quiz_place", { count: place })}
      </p>
    </div>
  );
}

function isPlace(kept: unknown): kept is number {
  return typeof kept === "number";
}
