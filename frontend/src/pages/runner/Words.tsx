// The words of a cloud with what can be done to each: hidden, joined with another, and back again.

import { useEffect, useRef, useState } from "react";

import type { Frame } from "../../api/frame";
import type { LiveSession } from "../../api/live";
import type { FrameWordCloud, WordCloudResults } from "../../api/schema";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import { useT as useShared } from "../../i18n/shared";
import { type Control, control, type Step } from "./steps";
import { useModerated } from "../../api/useModerated";

type Props = {
  frame: Frame;
  live: LiveSession;
  activity: FrameWordCloud;
  onRun: (step: Step) => Promise<boolean>;
  onClose: () => void;
};

export function Words({ frame, live, activity, onRun, onClose }: Props) {
  const t = useT();
  const { results } = frame;
  const cloud = results !== null && "words" in results ? results : null;
  const { moderated, reload } = useModerated(live, activity.id, cloud);
  const act = (what: Control) => void onRun(control(activity, what)).then(reload);
  return (
    <Dialog title={t("words_label")} onClose={onClose}>
      <div className="words">
        <Back
          title={t("joined_words")}
          words={moderated.joined}
          action={t("apart_short")}
          label={(word) => t("take_apart", { word })}
          onWord={(word) => act({ action: "unmerge", word })}
        />
        <Back
          title={t("hidden_words")}
          words={moderated.hidden}
          action={t("show_short")}
          label={(word) => t("show_word", { word })}
          onWord={(word) => act({ action: "show_word", word })}
        />
        {cloud === null || cloud.words.length === 0 ? (
          <p className="soft">{t("no_words")}</p>
        ) : (
          <Shown words={cloud.words} onAct={act} />
        )}
      </div>
    </Dialog>
  );
}

type Words = WordCloudResults["words"];

function Shown({ words, onAct }: { words: Words; onAct: (what: Control) => void }) {
  const t = useT();
  const [from, setFrom] = useState<string | null>(null);
  if (from !== null) {
    const join = (into: string) => {
      setFrom(null);
      onAct({ action: "merge", from, into });
    };
    return <Targets from={from} words={words} onJoin={join} onCancel={() => setFrom(null)} />;
  }
  return (
    <ul aria-label={t("words_shown")}>
      {words.map(({ text }) => (
        <li key={text}>
          <bdi>{text}</bdi>
          {words.length > 1 && (
            <Button
              size="small"
              aria-label={t("merge_word", { word: text })}
              onClick={() => setFrom(text)}
            >
              {t("merge_short")}
            </Button>
          )}
          <Button
            size="small"
            aria-label={t("hide_word", { word: text })}
            onClick={() => onAct({ action: "hide_word", word: text })}
          >
            {t("hide_short")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Which word the one that was chosen shall count for. */
function Targets({
  from,
  words,
  onJoin,
  onCancel,
}: {
  from: string;
  words: Words;
  onJoin: (into: string) => void;
  onCancel: () => void;
}) {
  const t = useT();
  const shared = useShared();
  const cancel = useRef<HTMLButtonElement>(null);
  // The button that led here is gone, and the focus with it.
  useEffect(() => cancel.current?.focus(), []);
  return (
    <section aria-label={t("merge_word", { word: from })}>
      <div className="verbs">
        <p>{t("merge_word", { word: from })}</p>
        <Button ref={cancel} size="small" onClick={onCancel}>
          {shared("cancel")}
        </Button>
      </div>
      <ul>
        {words
          .filter(({ text }) => text !== from)
          .map(({ text }) => (
            <li key={text}>
              <bdi>{text}</bdi>
              <Button
                size="small"
                aria-label={t("merge_into", { word: from, into: text })}
                onClick={() => onJoin(text)}
              >
                {t("merge_short")}
              </Button>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** Words that are not shown, and the way back. Folded: the room need not read them. */
function Back({
  title,
  words,
  action,
  label,
  onWord,
}: {
  title: string;
  words: readonly string[];
  action: string;
  label: (word: string) => string;
  onWord: (word: string) => void;
}) {
  const language = useLanguage();
  if (words.length === 0) return null;
  return (
    <details>
      <summary>
        {title} ({formatNumber(words.length, language)})
      </summary>
      <ul aria-label={title}>
        {words.map((word) => (
          <li key={word}>
            <bdi>{word}</bdi>
            <Button size="small" aria-label={label(word)} onClick={() => onWord(word)}>
              {action}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
