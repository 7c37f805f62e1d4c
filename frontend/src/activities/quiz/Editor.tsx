// How a quiz is made: its questions, and how right answers count.

import type { LeaderboardPolicy, QuizConfigInput, Scoring } from "../../api/schema";
import { Check } from "../../components/Check";
import { Duration } from "../../components/Duration";
import type { EditorProps } from "../../components/editing";
import { NumberField } from "../../components/NumberField";
import { Rows } from "../../components/Rows";
import { Select } from "../../components/Select";
import { useT } from "../../i18n/admin";
import { freshQuestion, isBlank, MOST_QUESTIONS } from "./draft";
import { QuestionFields } from "./QuestionFields";

const SCORINGS: readonly Scoring[] = ["speed", "flat", "rank"];
const LEADERBOARDS: readonly LeaderboardPolicy[] = ["all", "runner", "off"];

type Props = EditorProps<QuizConfigInput>;

export function Editor(props: Props) {
  const { config, onChange, wrong, lock, saved, onLook } = props;
  const t = useT();
  const fixed = lock === "append" ? saved : 0;
  return (
    <div className="editor">
      <Rows
        isTall
        isBlank={isBlank}
        label={t("questions")}
        items={config.questions}
        onChange={(questions) => onChange({ ...config, questions })}
        fresh={lock === "all" ? undefined : freshQuestion}
        addLabel={t("add_question")}
        min={1}
        max={MOST_QUESTIONS}
        fixed={lock === "all" ? MOST_QUESTIONS : fixed}
        wrong={wrong("/config/questions")}
        pointer="/config/questions"
        name={(index) => t("question_n", { n: index + 1 })}
      >
        {(question, index, set) => (
          <QuestionFields
            question={question}
            index={index}
            isFixed={lock === "all" || index < fixed}
            wrong={wrong}
            onChange={set}
            onLook={onLook}
          />
        )}
      </Rows>
      <Rules {...props} />
    </div>
  );
}

function Rules({ config, onChange, wrong, lock }: Props) {
  const t = useT();
  const set = (change: Partial<QuizConfigInput>) => onChange({ ...config, ...change });
  return (
    <fieldset className="editor" disabled={lock !== "none"}>
      <legend className="unseen">{t("type_quiz")}</legend>
      <Select
        label={t("scoring")}
        pointer="/config/scoring"
        value={config.scoring ?? "speed"}
        options={SCORINGS.map((each) => [each, t(`scoring_${each}`)] as const)}
        onChange={(scoring) => set({ scoring })}
      />
      <Check
        label={t("streak_bonus")}
        isOn={config.streak_bonus ?? false}
        onChange={(streak_bonus) => set({ streak_bonus })}
      />
      <div className="pairs">
        <Select
          label={t("leaderboard_policy")}
          pointer="/config/leaderboard"
          value={config.leaderboard ?? "all"}
          options={LEADERBOARDS.map((each) => [each, t(`leaderboard_${each}`)] as const)}
          onChange={(leaderboard) => set({ leaderboard })}
        />
        <NumberField
          label={t("leaderboard_size")}
          wrong={wrong("/config/leaderboard_size")}
          pointer="/config/leaderboard_size"
          min={1}
          max={100}
          value={config.leaderboard_size ?? 10}
          onChange={(value) => set({ leaderboard_size: value ?? 10 })}
        />
      </div>
      <NumberField
        label={t("countdown")}
        hint={t("countdown_hint")}
        wrong={wrong("/config/countdown_s")}
        pointer="/config/countdown_s"
        min={0}
        max={60}
        value={config.countdown_s ?? 3}
        onChange={(value) => set({ countdown_s: value ?? 0 })}
      />
      <Duration
        value={config.duration_s}
        wrong={wrong("/config/duration_s")}
        onChange={(duration_s) => set({ duration_s })}
      />
    </fieldset>
  );
}
