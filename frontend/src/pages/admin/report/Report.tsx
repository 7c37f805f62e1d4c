// What came of a session, also while it runs: who took part, each activity, how it went over time,
// and all answers to take away.

import { href } from "../../../api/base";
import type { ChoiceOption, SessionDetail, Summary, SummaryActivity } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { DownloadIcon } from "../../../components/icons";
import { Banner } from "../../../components/Sign";
import { useT } from "../../../i18n/admin";
import { formatNumber, formatPercent } from "../../../i18n/format";
import { useLanguage } from "../../../i18n/language";
import { explain } from "../problems";
import { Results } from "../Results";
import { api, call } from "../server";
import { useLoaded } from "../useLoaded";
import { Timeline } from "./Timeline";

/** While the session runs. */
const EVERY_MS = 5_000;

const FORMATS = ["csv", "xlsx", "json"] as const;

export function Report({ session }: { session: SessionDetail }) {
  const t = useT();
  const { id, status } = session;
  const summary = useLoaded(
    `${id} ${status}`,
    () => call(api.GET("/api/v1/sessions/{id}/summary", { params: { path: { id } } })),
    status === "active" ? EVERY_MS : null,
  );
  return (
    <div className="report">
      <Downloads id={id} />
      {status === "active" && <p className="soft">{t("report_live")}</p>}
      {summary.trouble && (
        <Banner kind="bad">
          {explain(t, summary.trouble)}{" "}
          <Button size="small" onClick={() => void summary.reload()}>
            {t("try_again")}
          </Button>
        </Banner>
      )}
      {summary.isLoading && <p role="status">{t("loading")}</p>}
      {summary.data && <Found session={session} summary={summary.data} />}
    </div>
  );
}

function Downloads({ id }: { id: string }) {
  const t = useT();
  return (
    <section className="downloads" aria-labelledby="downloads">
      <h2 id="downloads">{t("downloads")}</h2>
      <div className="acts">
        {FORMATS.map((format) => (
          <a
            key={format}
            className="button small"
            href={href(`api/v1/sessions/${id}/export?format=${format}`)}
            download
          >
            <DownloadIcon />
            {t(`download_${format}`)}
          </a>
        ))}
      </div>
    </section>
  );
}

function Found({ session, summary }: { session: SessionDetail; summary: Summary }) {
  const t = useT();
  const language = useLanguage();
  const { joined, answered } = summary.participants;
  const share = joined === 0 ? 0 : answered / joined;
  const answers = summary.activities.reduce((sum, { responses }) => sum + responses, 0);
  const facts = [
    [t("joined"), formatNumber(joined, language)],
    [t("took_part"), formatNumber(answered, language)],
    [t("participation"), formatPercent(share, language)],
    [t("answers"), formatNumber(answers, language)],
  ] as const;
  return (
    <>
      <dl className="numbers">
        {facts.map(([name, value]) => (
          <div key={name} className="box">
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <section className="box panel stack" aria-labelledby="engagement">
        <h2 id="engagement">{t("engagement")}</h2>
        <Timeline points={summary.timeline} />
      </section>
      {summary.activities.length === 0 && <p className="box empty">{t("no_activities")}</p>}
      <div className="reports">
        {summary.activities.map((activity) => (
          <Activity
            key={activity.id}
            activity={activity}
            options={optionsOf(session, activity.id)}
          />
        ))}
      </div>
    </>
  );
}

/** The summary counts by id; what an option is called stands in the activity. */
function optionsOf(session: SessionDetail, id: string): readonly ChoiceOption[] {
  const activity = session.activities.find((each) => each.id === id);
  return activity?.type === "poll" ? activity.config.options : [];
}

function Activity({
  activity,
  options,
}: {
  activity: SummaryActivity;
  options: readonly ChoiceOption[];
}) {
  const t = useT();
  const language = useLanguage();
  const { title, type, responses, response_ms, results } = activity;
  const seconds = (ms: number) => t("seconds_n", { seconds: formatNumber(ms / 1000, language, 1) });
  return (
    <article className="box panel stack" aria-label={title}>
      <header>
        <h2>
          <bdi>{title}</bdi>
        </h2>
        <p className="notes soft">
          <span>{t(`type_${type}`)}</span>
          <span>{t("answers_n", { count: responses })}</span>
          {response_ms.p50 !== null && <span>{t("p50", { time: seconds(response_ms.p50) })}</span>}
          {response_ms.p90 !== null && <span>{t("p90", { time: seconds(response_ms.p90) })}</span>}
        </p>
      </header>
      {results === null || responses === 0 ? (
        <p className="soft">{t("no_results")}</p>
      ) : (
        <Results type={type} options={options} results={results} />
      )}
    </article>
  );
}
