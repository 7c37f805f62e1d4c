// A word cloud on the big screen. It settles: words keep their places and move only as far as they
// must. Counts and a table on demand.

import "./runner.css";

import { type CSSProperties, useLayoutEffect, useRef, useState } from "react";

import type { FrameWordCloud, Results, WordCloudResults } from "../../api/schema";
import { toneOf } from "../../components/tones";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import { type Area, arrange, chanceOf, type Cloud } from "./layout";
import { measureIn } from "./measure";

type Props = {
  activity: FrameWordCloud;
  results: Results | null;
  /** Whether the screen draws the words. */
  isShown: boolean;
  /** A table instead of a cloud. */
  isTable: boolean;
  /** The number of people beside each word. */
  hasCounts: boolean;
};

export function Runner({ activity, results, isShown, isTable, hasCounts }: Props) {
  const t = useT();
  if (results === null || !("words" in results) || !isShown) {
    return (
      <div className="cloud-asked">
        <div className="ghost" aria-hidden="true">
          <i />
          <i />
          <i />
          <i />
          <i />
          <i />
        </div>
        <p className="soft">{t("results_hidden")}</p>
      </div>
    );
  }
  if (results.words.length === 0) {
    return (
      <div className="cloud-asked">
        <p className="nothing">{t("no_answers")}</p>
      </div>
    );
  }
  if (isTable) return <Table results={results} />;
  return <WordCloud key={activity.id} results={results} hasCounts={hasCounts} />;
}

/** The size of a count, of the word's; beside large words it takes less. */
const COUNT = 0.95;

/** The area in units of the font size around it, so that a picture is the same at every size. */
function areaOf(element: HTMLElement): Area {
  const unit = Number.parseFloat(getComputedStyle(element).fontSize) || 16;
  const width = Math.max(10, element.clientWidth / unit);
  const height = Math.max(8, element.clientHeight / unit);
  const largest = Math.max(2, Math.min(6, height / 3, width / 5));
  return { width, height, smallest: 0.82, largest };
}

function WordCloud({ results, hasCounts }: { results: WordCloudResults; hasCounts: boolean }) {
  const t = useT();
  const language = useLanguage();
  const element = useRef<HTMLUListElement>(null);
  const [cloud, setCloud] = useState<Cloud | null>(null);
  const { words, distinct } = results;
  // What was laid last; a change of size lays the same again.
  const lay = useRef(() => {});

  useLayoutEffect(() => {
    const place = element.current;
    if (place === null) return;
    const watch = new ResizeObserver(() => lay.current());
    watch.observe(place);
    // Until the face has come, texts are measured in another.
    void document.fonts?.ready.then(() => lay.current());
    return () => watch.disconnect();
  }, []);

  useLayoutEffect(() => {
    const counts = new Map(words.map(({ text, count }) => [text, formatNumber(count, language)]));
    lay.current = () => {
      const place = element.current;
      if (place === null) return;
      const measure = measureIn(place);
      const beside = (text: string) => (hasCounts ? measure(` ${counts.get(text)}`) * COUNT : 0);
      const width = (text: string) => measure(text) + beside(text);
      setCloud((before) => arrange(words, areaOf(place), width, before));
    };
    lay.current();
  }, [words, hasCounts, language]);

  const placed = cloud?.words ?? [];
  const omitted = Math.max(distinct - words.length, 0) + (cloud?.omitted ?? 0);
  return (
    <div className="cloud">
      <ul ref={element} aria-label={t("words_label")}>
        {[...placed]
          .sort((a, b) => (a.text < b.text ? -1 : 1))
          .map(({ text, count, x, y, size }) => (
            <li
              key={text}
              className={`k-${toneOf(Math.floor(chanceOf(text) * 6))}`}
              style={{ "--x": `${x}em`, "--y": `${y}em`, "--size": size } as CSSProperties}
            >
              <span className="unseen">{t("word", { word: text, count })}</span>
              <span className="word" aria-hidden="true">
                <bdi>{text}</bdi>
                {hasCounts && <sub className="num">{formatNumber(count, language)}</sub>}
              </span>
            </li>
          ))}
      </ul>
      {omitted > 0 && <p className="soft">{t("words_more", { count: omitted })}</p>}
    </div>
  );
}

function Table({ results }: { results: WordCloudResults }) {
  const t = useT();
  const language = useLanguage();
  return (
    <table className="words-table">
      <caption className="unseen">{t("words_label")}</caption>
      <thead className="unseen">
        <tr>
          <th scope="col">{t("table_word")}</th>
          <th scope="col">{t("table_count")}</th>
        </tr>
      </thead>
      <tbody>
        {results.words.map(({ text, count }) => (
          <tr key={text}>
            <th scope="row">
              <bdi>{text}</bdi>
            </th>
            <td className="num">{formatNumber(count, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
