// What can be done with the words of a cloud: hide, show again, merge, take apart.

import { type FormEvent, useId, useRef, useState } from "react";

import type { LiveSession } from "../../../api/live";
import type { FrameWordCloud, Results, WordCloudResults } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { TextField } from "../../../components/Field";
import { EyeOffIcon } from "../../../components/icons";
import { useT } from "../../../i18n/admin";
import { useModerated } from "../../../api/useModerated";
import type { Press } from "./useControl";

type Props = {
  live: LiveSession;
  activity: FrameWordCloud;
  results: Results | null;
  press: Press;
};

export function WordSteering(props: Props) {
  const t = useT();
  const [wasOpened, setOpened] = useState(false);
  return (
    <details className="folded" onToggle={() => setOpened(true)}>
      <summary>{t("words_steering")}</summary>
      {wasOpened && <Words {...props} />}
    </details>
  );
}

function Words({ live, activity, results, press: send }: Props) {
  const t = useT();
  const cloud = results && "words" in results ? results : null;
  const { moderated, reload } = useModerated(live, activity.id, cloud);
  const [from, setFrom] = useState("");
  const merging = useRef<HTMLFormElement>(null);
  const press: Press = async (body) => {
    const isDone = await send(body);
    reload();
    return isDone;
  };
  const begin = (word: string) => {
    setFrom(word);
    merging.current?.querySelector<HTMLElement>("[name='into']")?.focus();
  };
  return (
    <div className="stack">
      <Shown words={cloud?.words ?? []} press={press} onMerge={begin} />
      <Merge form={merging} words={cloud?.words ?? []} {...{ from, setFrom, press }} />
      <Back
        label={t("merged_words")}
        words={moderated.joined}
        action={t("unmerge")}
        name={(word) => t("unmerge_it", { name: word })}
        onWord={(word) => void press({ action: "unmerge", word })}
      />
      <Back
        label={t("hidden_words")}
        words={moderated.hidden}
        action={t("show_word")}
        name={(word) => t("show_it", { name: word })}
        onWord={(word) => void press({ action: "show_word", word })}
      />
      <OneWord press={press} />
    </div>
  );
}

type Counted = WordCloudResults["words"];

function Shown({
  words,
  press,
  onMerge,
}: {
  words: Counted;
  press: Press;
  onMerge: (word: string) => void;
}) {
  const t = useT();
  return (
    <ul className="word-list" aria-label={t("words")}>
      {words.map(({ text }) => (
        <li key={text}>
          <bdi>{text}</bdi>
          <Button
            kind="quiet"
            size="small"
            aria-label={t("hide_it", { name: text })}
            onClick={() => void press({ action: "hide_word", word: text })}
          >
            <EyeOffIcon />
          </Button>
          <Button
            kind="quiet"
            size="small"
            aria-label={t("merge_it", { name: text })}
            onClick={() => onMerge(text)}
          >
            {t("merge")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Words that are not shown, and the way back. */
function Back({
  label,
  words,
  action,
  name,
  onWord,
}: {
  label: string;
  words: readonly string[];
  action: string;
  name: (word: string) => string;
  onWord: (word: string) => void;
}) {
  if (words.length === 0) return null;
  return (
    <section aria-label={label}>
      <p className="soft">{label}</p>
      <ul className="word-list">
        {words.map((word) => (
          <li key={word}>
            <bdi>{word}</bdi>
            <Button kind="quiet" size="small" aria-label={name(word)} onClick={() => onWord(word)}>
              {action}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For words that no list here has: those that hardly anybody gave. */
function OneWord({ press }: { press: Press }) {
  const t = useT();
  const [word, type] = useState("");
  const act = (action: "hide_word" | "show_word" | "unmerge") => {
    if (word.trim() === "") return;
    void press({ action, word: word.trim() }).then((isDone) => isDone && type(""));
  };
  return (
    <div className="accept">
      <TextField
        label={t("word")}
        hint={t("word_hint")}
        value={word}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <div className="acts">
        <Button size="small" onClick={() => act("hide_word")}>
          {t("hide_word")}
        </Button>
        <Button size="small" onClick={() => act("show_word")}>
          {t("show_word")}
        </Button>
        <Button size="small" onClick={() => act("unmerge")}>
          {t("unmerge")}
        </Button>
      </div>
    </div>
  );
}

/** Words are chosen from a list; what is not in it can be typed all the same. */
function Merge({
  form,
  words,
  from,
  setFrom,
  press,
}: {
  form: { current: HTMLFormElement | null };
  words: Counted;
  from: string;
  setFrom: (word: string) => void;
  press: Press;
}) {
  const t = useT();
  const list = useId();
  const [into, setInto] = useState("");
  const merge = async (event: FormEvent) => {
    event.preventDefault();
    if (!from.trim() || !into.trim()) return;
    if (!(await press({ action: "merge", from: from.trim(), into: into.trim() }))) return;
    setFrom("");
    setInto("");
  };
  return (
    <form noValidate className="accept" ref={form} onSubmit={(event) => void merge(event)}>
      <datalist id={list}>
        {words.map(({ text }) => (
          <option key={text} value={text} />
        ))}
      </datalist>
      <TextField
        label={t("merge_from")}
        list={list}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextField
        label={t("merge_into")}
        list={list}
        name="into"
        value={into}
        onChange={(event) => setInto(event.currentTarget.value)}
      />
      <Button size="small" type="submit">
        {t("merge")}
      </Button>
    </form>
  );
}
