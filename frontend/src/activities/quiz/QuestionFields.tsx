// One question of a quiz: what is asked, what is right, and how long it stays open.

import { useState } from "react";

import type { QuizQuestionInput } from "../../api/schema";
import { Check } from "../../components/Check";
import { TextField } from "../../components/Field";
import { NumberField } from "../../components/NumberField";
import { Rows } from "../../components/Rows";
import { Select } from "../../components/Select";
import { letterOf, toneOf } from "../../components/tones";
import { useT } from "../../i18n/admin";
import {
  chosenIn,
  freshOption,
  marked,
  MOST_OPTIONS,
  numberIn,
  QUESTION_KINDS,
  withKind,
  withOptions,
} from "./draft";

type Props = {
  question: QuizQuestionInput;
  index: number;
  isFixed: boolean;
  wrong: (pointer: string) => string | undefined;
  onChange: (question: QuizQuestionInput) => void;
  onLook: ((index: number) => void) | undefined;
};

export function QuestionFields(props: Props) {
  const { question, index, isFixed, wrong, onChange, onLook } = props;
  const t = useT();
  const at = `/config/questions/${index}`;
  const set = (change: Partial<QuizQuestionInput>) => onChange({ ...question, ...change });
  return (
    <fieldset className="question box" disabled={isFixed} onFocusCapture={() => onLook?.(index)}>
      <legend>{t("question_n", { n: index + 1 })}</legend>
      <TextField
        label={t("prompt")}
        wrong={wrong(`${at}/prompt`)}
        data-pointer={`${at}/prompt`}
        maxLength={500}
        value={question.prompt}
        onChange={(event) => set({ prompt: event.currentTarget.value })}
      />
      <Select
        label={t("question_kind")}
        pointer={`${at}/kind`}
        value={question.kind}
        options={QUESTION_KINDS.map((kind) => [kind, t(`question_${kind}`)] as const)}
        onChange={(kind) => onChange(withKind(question, kind))}
      />
      <KeyFields {...props} at={at} />
      <div className="pairs">
        <NumberField
          label={t("time_limit")}
          wrong={wrong(`${at}/time_limit_s`)}
          pointer={`${at}/time_limit_s`}
          min={1}
          max={600}
          value={question.time_limit_s ?? 20}
          onChange={(value) => set({ time_limit_s: value ?? 20 })}
        />
        <NumberField
          label={t("points")}
          wrong={wrong(`${at}/points`)}
          pointer={`${at}/points`}
          min={0}
          max={10_000}
          value={question.points ?? 1000}
          onChange={(value) => set({ points: value ?? 1000 })}
        />
      </div>
      <TextField
        label={t("explanation")}
        hint={t("explanation_hint")}
        wrong={wrong(`${at}/explanation`)}
        data-pointer={`${at}/explanation`}
        maxLength={1000}
        value={question.explanation ?? ""}
        onChange={(event) => set({ explanation: event.currentTarget.value || null })}
      />
    </fieldset>
  );
}

function KeyFields(props: Props & { at: string }) {
  const { question, wrong, onChange, at } = props;
  const t = useT();
  const key = wrong(`${at}/correct`);
  if (question.kind === "choice") return <ChoiceKey {...props} />;
  if (question.kind === "true_false") {
    return (
      <Select
        label={t("right_answer")}
        wrong={key}
        pointer={`${at}/correct`}
        value={chosenIn(question.correct)[0] === "false" ? "false" : "true"}
        options={[
          ["true", t("true")],
          ["false", t("false")],
        ]}
        onChange={(value) => onChange({ ...question, correct: [value] })}
      />
    );
  }
  if (question.kind === "buzzer") return <p className="soft">{t("buzzer_hint")}</p>;
  return <NumberKey {...props} />;
}

function NumberKey({ question, wrong, onChange, at }: Props & { at: string }) {
  const t = useT();
  const known = numberIn(question.correct);
  const { value = null } = known;
  // A key needs its number; a tolerance that was typed before it waits here.
  const [typed, type] = useState(known.tolerance ?? 0);
  const tolerance = known.tolerance ?? typed;
  const set = (next: number | null, within: number) => {
    type(within);
    onChange({ ...question, correct: next === null ? null : { value: next, tolerance: within } });
  };
  return (
    <div className="pairs">
      <NumberField
        label={t("right_answer")}
        wrong={wrong(`${at}/correct`) ?? wrong(`${at}/correct/value`)}
        pointer={`${at}/correct`}
        step="any"
        value={value}
        onChange={(next) => set(next, tolerance)}
      />
      <NumberField
        label={t("tolerance")}
        hint={t("tolerance_hint")}
        wrong={wrong(`${at}/correct/tolerance`)}
        pointer={`${at}/correct/tolerance`}
        step="any"
        min={0}
        value={tolerance}
        onChange={(next) => set(value, next ?? 0)}
      />
    </div>
  );
}

function ChoiceKey({ question, index, isFixed, wrong, onChange, at }: Props & { at: string }) {
  const t = useT();
  const options = question.options ?? [];
  const right = chosenIn(question.correct);
  return (
    <Rows
      label={t("options")}
      items={options}
      onChange={(next) => onChange(withOptions(question, next))}
      fresh={isFixed ? undefined : () => freshOption(options)}
      addLabel={t("add_option_to", { n: index + 1 })}
      min={2}
      max={MOST_OPTIONS}
      fixed={isFixed ? MOST_OPTIONS : 0}
      wrong={wrong(`${at}/options`) ?? wrong(`${at}/correct`)}
      pointer={wrong(`${at}/options`) ? `${at}/options` : `${at}/correct`}
      name={(option) => t("option_n", { letter: letterOf(option) })}
    >
      {(option, place, setOption) => (
        <div className={`option-row k-${toneOf(place)}`}>
          <span className="key" aria-hidden="true">
            {letterOf(place)}
          </span>
          <TextField
            label={<span className="unseen">{t("option_n", { letter: letterOf(place) })}</span>}
            wrong={wrong(`${at}/options/${place}/label`)}
            data-pointer={`${at}/options/${place}/label`}
            maxLength={200}
            value={option.label}
            onChange={(event) => setOption({ ...option, label: event.currentTarget.value })}
          />
          <Check
            label={
              <>
                {t("is_right")}
                <span className="unseen"> {letterOf(place)}</span>
              </>
            }
            isOn={right.includes(option.id ?? "")}
            onChange={(isRight) =>
              onChange({ ...question, correct: marked(question, option.id ?? "", isRight) })
            }
          />
        </div>
      )}
    </Rows>
  );
}
