// How a poll is made: its kind, what is asked, and when the results are seen.

import type { ChoiceOptionInput, PollConfigInput, ScaleInput } from "../../api/schema";
import { Check } from "../../components/Check";
import { Duration } from "../../components/Duration";
import type { EditorProps } from "../../components/editing";
import { TextField } from "../../components/Field";
import { NumberField } from "../../components/NumberField";
import { ResultsPolicy } from "../../components/ResultsPolicy";
import { Rows } from "../../components/Rows";
import { Select } from "../../components/Select";
import { letterOf, toneOf } from "../../components/tones";
import { usePasting } from "../../components/usePasting";
import { useT } from "../../i18n/admin";
import { asksForOptions, KINDS, MOST_OPTIONS, withKind } from "./draft";

type Props = EditorProps<PollConfigInput>;

export function Editor({ config, onChange, wrong, lock }: Props) {
  const t = useT();
  const set = (change: Partial<PollConfigInput>) => onChange({ ...config, ...change });
  return (
    <fieldset className="editor" disabled={lock !== "none"}>
      <legend className="unseen">{t("type_poll")}</legend>
      <Select
        label={t("poll_kind")}
        pointer="/config/kind"
        value={config.kind}
        options={KINDS.map((kind) => [kind, t(`poll_${kind}`)] as const)}
        onChange={(kind) => onChange(withKind(config, kind))}
      />
      <TextField
        label={t("question")}
        hint={t("question_hint")}
        wrong={wrong("/config/question")}
        data-pointer="/config/question"
        maxLength={500}
        value={config.question ?? ""}
        onChange={(event) => set({ question: event.currentTarget.value })}
      />
      {asksForOptions(config.kind) && <Options {...{ config, onChange, wrong }} />}
      {config.kind === "choice" && (
        <NumberField
          label={t("max_choices")}
          wrong={wrong("/config/max_choices")}
          pointer="/config/max_choices"
          min={1}
          max={MOST_OPTIONS}
          value={config.max_choices ?? 1}
          onChange={(value) => set({ max_choices: value ?? 1 })}
        />
      )}
      {config.kind === "rating" && (
        <ScaleFields
          scale={config.scale ?? { min: 1, max: 5 }}
          wrong={wrong}
          onChange={(scale) => set({ scale })}
        />
      )}
      {config.kind === "text" && (
        <NumberField
          label={t("max_length")}
          wrong={wrong("/config/max_length")}
          pointer="/config/max_length"
          min={1}
          max={1000}
          value={config.max_length ?? 280}
          onChange={(value) => set({ max_length: value ?? 280 })}
        />
      )}
      <ResultsPolicy
        value={config.results}
        wrong={wrong("/config/results")}
        onChange={(results) => set({ results })}
      />
      <Check
        label={t("allow_change")}
        isOn={config.allow_change ?? true}
        onChange={(allow_change) => set({ allow_change })}
      />
      <Check
        label={t("anonymous")}
        hint={t("anonymous_hint")}
        isOn={config.anonymous ?? true}
        onChange={(anonymous) => set({ anonymous })}
      />
      <Duration
        value={config.duration_s}
        wrong={wrong("/config/duration_s")}
        onChange={(duration_s) => set({ duration_s })}
      />
    </fieldset>
  );
}

function Options({ config, onChange, wrong }: Pick<Props, "config" | "onChange" | "wrong">) {
  const t = useT();
  const items = config.options ?? [];
  const setOptions = (options: ChoiceOptionInput[]) => onChange({ ...config, options });
  const pasteAt = usePasting({
    items,
    onChange: setOptions,
    max: MOST_OPTIONS,
    isBlank: ({ label }) => label.trim() === "",
    fresh: (label) => ({ label }),
  });
  return (
    <Rows
      label={t("options")}
      items={items}
      onChange={setOptions}
      fresh={() => ({ label: "" })}
      addLabel={t("add_option")}
      min={2}
      max={MOST_OPTIONS}
      wrong={wrong("/config/options")}
      pointer="/config/options"
      name={(index) => t("option_n", { letter: letterOf(index) })}
    >
      {(option, index, setOption) => (
        <div className={`option-row k-${toneOf(index)}`}>
          <span className="key" aria-hidden="true">
            {letterOf(index)}
          </span>
          <TextField
            label={<span className="unseen">{t("option_n", { letter: letterOf(index) })}</span>}
            wrong={wrong(`/config/options/${index}/label`)}
            data-pointer={`/config/options/${index}/label`}
            hint={index === 0 && t("paste_hint")}
            maxLength={200}
            value={option.label}
            onPaste={pasteAt(index)}
            onChange={(event) => setOption({ ...option, label: event.currentTarget.value })}
          />
        </div>
      )}
    </Rows>
  );
}

function ScaleFields({
  scale,
  wrong,
  onChange,
}: {
  scale: ScaleInput;
  wrong: Props["wrong"];
  onChange: (scale: ScaleInput) => void;
}) {
  const t = useT();
  const end = (key: "min" | "max") => (
    <NumberField
      label={t(`scale_${key}`)}
      wrong={key === "min" ? wrong("/config/scale") : undefined}
      pointer={key === "min" ? "/config/scale" : "/config/scale/max"}
      min={-100}
      max={100}
      value={scale[key]}
      onChange={(value) => onChange({ ...scale, [key]: value ?? 0 })}
    />
  );
  const label = (key: "min_label" | "max_label") => (
    <TextField
      label={t(`scale_${key}`)}
      wrong={wrong(`/config/scale/${key}`)}
      data-pointer={`/config/scale/${key}`}
      maxLength={60}
      value={scale[key] ?? ""}
      onChange={(event) => onChange({ ...scale, [key]: event.currentTarget.value || null })}
    />
  );
  return (
    <div className="pairs">
      {end("min")}
      {end("max")}
      {label("min_label")}
      {label("max_label")}
    </div>
  );
}
