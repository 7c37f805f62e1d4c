// How a word cloud is made: its question, and what counts as a word.

import { useState } from "react";

import type { WordCloudConfigInput } from "../../api/schema";
import { Check } from "../../components/Check";
import { Duration } from "../../components/Duration";
import type { EditorProps } from "../../components/editing";
import { TextArea, TextField } from "../../components/Field";
import { NumberField } from "../../components/NumberField";
import { ResultsPolicy } from "../../components/ResultsPolicy";
import { useT } from "../../i18n/admin";
import { wordsIn } from "./draft";

export function Editor({ config, onChange, wrong, lock }: EditorProps<WordCloudConfigInput>) {
  const t = useT();
  const set = (change: Partial<WordCloudConfigInput>) => onChange({ ...config, ...change });
  return (
    <fieldset className="editor" disabled={lock !== "none"}>
      <legend className="unseen">{t("type_wordcloud")}</legend>
      <TextField
        label={t("question")}
        hint={t("question_hint")}
        wrong={wrong("/config/prompt")}
        data-pointer="/config/prompt"
        maxLength={500}
        value={config.prompt ?? ""}
        onChange={(event) => set({ prompt: event.currentTarget.value })}
      />
      <div className="pairs">
        <NumberField
          label={t("max_words")}
          wrong={wrong("/config/max_words")}
          pointer="/config/max_words"
          min={1}
          max={10}
          value={config.max_words ?? 3}
          onChange={(value) => set({ max_words: value ?? 3 })}
        />
        <NumberField
          label={t("word_length")}
          wrong={wrong("/config/max_length")}
          pointer="/config/max_length"
          min={3}
          max={50}
          value={config.max_length ?? 25}
          onChange={(value) => set({ max_length: value ?? 25 })}
        />
      </div>
      <Check
        label={t("allow_phrases")}
        isOn={config.allow_phrases ?? false}
        onChange={(allow_phrases) => set({ allow_phrases })}
      />
      <ResultsPolicy
        value={config.results}
        wrong={wrong("/config/results")}
        onChange={(results) => set({ results })}
      />
      <BannedWords
        words={config.banned_words ?? []}
        wrong={wrong("/config/banned_words")}
        onChange={(banned_words) => set({ banned_words })}
      />
      <Duration
        value={config.duration_s}
        wrong={wrong("/config/duration_s")}
        onChange={(duration_s) => set({ duration_s })}
      />
    </fieldset>
  );
}

function BannedWords({
  words,
  wrong,
  onChange,
}: {
  words: readonly string[];
  wrong: string | undefined;
  onChange: (words: string[]) => void;
}) {
  const t = useT();
  // What is typed stays as typed as long as it means the same.
  const [typed, type] = useState(words.join(", "));
  const text = wordsIn(typed).join() === words.join() ? typed : words.join(", ");
  return (
    <TextArea
      label={t("banned_words")}
      hint={t("banned_words_hint")}
      wrong={wrong}
      data-pointer="/config/banned_words"
      rows={2}
      value={text}
      onChange={(event) => {
        type(event.currentTarget.value);
        onChange(wordsIn(event.currentTarget.value));
      }}
    />
  );
}
