// How many were there and how much they answered, over time: drawn, and as a table.

import type { SummaryPoint } from "../../../api/schema";
import { useT } from "../../../i18n/admin";
import { formatNumber, formatTime } from "../../../i18n/format";
import { useLanguage } from "../../../i18n/language";
import { HEIGHT, seriesOf, WIDTH } from "./timeline";

/** Room around the lines, for their width. */
const EDGE = 6;

export function Timeline({ points }: { points: readonly SummaryPoint[] }) {
  const t = useT();
  const language = useLanguage();
  if (points.length === 0) return <p className="soft">{t("no_timeline")}</p>;
  const online = seriesOf(points, (point) => point.online);
  const answers = seriesOf(points, (point) => point.answers);
  const first = points[0]!;
  const last = points[points.length - 1]!;
  const box = `${-EDGE} ${-EDGE} ${WIDTH + 2 * EDGE} ${HEIGHT + 2 * EDGE}`;
  return (
    <figure className="timeline">
      <figcaption className="notes">
        <span className="series online">{t("series_online", { count: online.most })}</span>
        <span className="series answers">{t("series_answers", { count: answers.most })}</span>
      </figcaption>
      <svg viewBox={box} role="img" aria-label={t("timeline_label")} preserveAspectRatio="none">
        <line x1="0" y1={HEIGHT} x2={WIDTH} y2={HEIGHT} className="ground" />
        <polyline points={online.line} className="online" />
        <polyline points={answers.line} className="answers" />
        {points.length === 1 && <Dots online={online.line} answers={answers.line} />}
      </svg>
      <p className="ends soft">
        <time dateTime={first.at}>{formatTime(first.at, language)}</time>
        <time dateTime={last.at}>{formatTime(last.at, language)}</time>
      </p>
      <details>
        <summary>{t("as_table")}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section className="scrolls" tabIndex={0} aria-label={t("timeline_label")}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">{t("time")}</th>
                <th scope="col">{t("online")}</th>
                <th scope="col">{t("answers")}</th>
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.at}>
                  <th scope="row">{formatTime(point.at, language)}</th>
                  <td className="num">{formatNumber(point.online, language)}</td>
                  <td className="num">{formatNumber(point.answers, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

/** One point is no line. */
function Dots({ online, answers }: { online: string; answers: string }) {
  return (
    <>
      {[online, answers].map((point, index) => {
        const [cx, cy] = point.split(",");
        return (
          <circle
            key={index === 0 ? "online" : "answers"}
            cx={cx}
            cy={cy}
            r="5"
            className={index === 0 ? "online" : "answers"}
          />
        );
      })}
    </>
  );
}
