// What can be done with the words of a cloud: hide, show again, merge, take apart.

import { type FormEvent, useState } from "react";

import type { LiveSession } from "../../../api/live";
import type { FrameWordCloud, Results } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { TextField } from "../../../components/Field";
import { EyeOffIcon } from "../../../components/icons";
import { useT } from "../../../i18n/admin";
import type { Press } from "./useControl";

type Props = {
  live: LiveSession;
  activity: FrameWordCloud;
  results: Results | null;
  press: Press;
};

/** As many as can be looked through; the others are found by typing them. */
const LISTED = 30;

export function WordSteering({ results, press }: Props) {
  const t = useT();
  const words = results && "words" in results ? results.words.slice(0, LISTED) : [];
  return (
    <details className="words-steering">
      <summary>{t("words_steering")}</summary>
      <div className="stack">
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
            </li>
          ))}
        </ul>
        <OneWord press={press} />
        <Merge press={press} />
      </div>
    </details>
  );
}

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

function Merge({ press }: { press: Press }) {
  const t = useT();
  const [from, setFrom] = useState("");
  const [into, setInto] = useState("");
  const merge = async (event: FormEvent) => {
    event.preventDefault();
    if (!from.trim() || !into.trim()) return;
    if (!(await press({ action: "merge", from: from.trim(), into: into.trim() }))) return;
    setFrom("");
    setInto("");
  };
  return (
    <form noValidate className="accept" onSubmit={(event) => void merge(event)}>
      <TextField
        label={t("merge_from")}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextField
        label={t("merge_into")}
        value={into}
        onChange={(event) => setInto(event.currentTarget.value)}
      />
      <Button size="small" type="submit">
        {t("merge")}
      </Button>
    </form>
  );
}
