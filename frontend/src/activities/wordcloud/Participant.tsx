// Words for the cloud: typed one after the other, each in a box of its own that can be taken back.

import "./participant.css";

import { type FormEvent, useEffect, useId, useRef, useState } from "react";

import type { FrameWordCloud, WordCloudAnswered, WordCloudResults } from "../../api/schema";
import { AnswerBar } from "../../components/AnswerBar";
import { Asked } from "../../components/Asked";
import { Button } from "../../components/Button";
import { CrossIcon } from "../../components/icons";
import { Ladder } from "../../components/Ladder";
import { fate, given, type ParticipantProps } from "../../components/participate";
import { shareOf } from "../../components/tones";
import { isText, useDraft } from "../../components/useDraft";
import { useIsPast } from "../../components/useIsPast";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/participant/activities";
import { add, type Fault } from "./words";

export function Participant(props: ParticipantProps<FrameWordCloud>) {
  const { activity, me, letter, now, results, isPreview } = props;
  const { config } = activity;
  const t = useT();
  const known = me?.answers[activity.id] as WordCloudAnswered | undefined;
  const words = given(letter, known)?.words ?? [];
  const isOver = useIsPast(activity.ends_at_ms, now) || activity.phase === "closed";
  const isWatching = me?.spectator ?? false;
  const canAnswer = !isOver && !activity.locked && !isWatching;
  const isShown = config.results !== "after_answer" || words.length > 0 || isOver || isWatching;
  const note = isWatching
    ? t("watching")
    : activity.locked && activity.status === "active"
      ? t("locked")
      : isOver
        ? t("closed")
        : words.length > 0 && t("words_used", { count: words.length, most: config.max_words });
  return (
    <section className="activity wordcloud">
      <Asked endsAtMs={activity.ends_at_ms} totalS={config.duration_s} now={now}>
        {config.prompt || activity.title}
      </Asked>
      <Words {...props} words={words} canAnswer={canAnswer} />
      {isShown && results && <Cloud results={results as WordCloudResults} />}
      <AnswerBar letter={fate(letter, known)} note={note} isStill={isPreview} />
    </section>
  );
}

type WordsProps = ParticipantProps<FrameWordCloud> & {
  words: readonly string[];
  canAnswer: boolean;
};

function Words({ activity, words, canAnswer, letter, draft, send }: WordsProps) {
  const t = useT();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [begun, setTyped] = useDraft(draft, isText);
  const typed = begun ?? "";
  // What was sent from the field, until it is in.
  const sent = useRef("");
  const state = letter?.state;
  useEffect(() => {
    if (state === "refused" && sent.current !== "" && typed === "") setTyped(sent.current);
    if (state === "refused" || state === "saved") sent.current = "";
  }, [state]);
  const [fault, setFault] = useState<Fault | null>(null);
  const { config } = activity;
  const isFull = words.length >= config.max_words;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() === "" || isFull) return;
    const next = add(words, typed, config);
    if (typeof next === "string") return setFault(next);
    sent.current = typed;
    setTyped(null);
    setFault(null);
    send({ words: next });
  };
  const takeBack = (word: string) => {
    const rest = words.filter((each) => each !== word);
    setFault(null);
    send(rest.length === 0 ? null : { words: rest });
    input.current?.focus();
  };
  const wrong =
    fault === "too_long"
      ? t("words_too_long", { count: config.max_length })
      : fault === "too_many"
        ? t("words_too_many", { count: config.max_words - words.length })
        : fault === "repeated" && t("words_repeated");
  return (
    <>
      {canAnswer && (
        <form className="field" onSubmit={submit}>
          <label htmlFor={id}>
            {t(config.allow_phrases ? "words_phrase_label" : "words_label")}
          </label>
          <div className="adding">
            <input
              ref={input}
              id={id}
              className="input"
              dir="auto"
              autoComplete="off"
              enterKeyHint="send"
              value={typed}
              readOnly={isFull}
              aria-describedby={`${id}-hint ${id}-wrong`}
              aria-invalid={Boolean(wrong)}
              onInput={(event) => {
                setTyped(event.currentTarget.value);
                setFault(null);
              }}
            />
            <Button type="submit" kind="primary" isDisabled={isFull || typed.trim() === ""}>
              {t("words_add")}
            </Button>
          </div>
          <span className="hint" id={`${id}-hint`}>
            {isFull ? t("words_full") : t("words_left", { count: config.max_words - words.length })}
          </span>
          <span className="wrong" id={`${id}-wrong`} role="alert">
            {wrong}
          </span>
        </form>
      )}
      <ul className="chips" aria-label={t("words_yours")}>
        {words.map((word) => (
          <li key={word} className="chip box">
            <bdi>{word}</bdi>
            {canAnswer && (
              <button
                type="button"
                aria-label={t("words_take_back", { word })}
                onClick={() => takeBack(word)}
              >
                <CrossIcon />
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Cloud({ results }: { results: WordCloudResults }) {
  const t = useT();
  const language = useLanguage();
  const most = results.words[0]?.count ?? 0;
  return (
    <div className="shown">
      <h2>{results.words.length === 0 ? t("no_answers") : t("words_results")}</h2>
      <p className="soft">{t("responses", { count: results.responses })}</p>
      <Ladder
        label={t("words_results")}
        rungs={results.words.map(({ text, count }) => ({
          id: text,
          label: text,
          place: results.words.findIndex((each) => each.count === count) + 1,
          share: shareOf(count, most),
          value: formatNumber(count, language),
        }))}
      />
    </div>
  );
}
