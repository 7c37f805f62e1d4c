// One's own place, and the best.

import type { LeaderboardRow, MeResource } from "../../api/schema";
import { Ladder } from "../../components/Ladder";
import { shareOf } from "../../components/tones";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/participant/activities";

type Props = { me: MeResource | null; rows: readonly LeaderboardRow[] | undefined };

export function Standing({ me, rows }: Props) {
  const t = useT();
  const language = useLanguage();
  const most = rows?.[0]?.score ?? 0;
  return (
    <>
      {me !== null && !me.spectator && (
        <p className="standing box">
          <strong className="num">
            {me.rank === null ? "–" : t("quiz_rank", { count: me.rank })}
          </strong>
          <span>{t("quiz_score", { count: me.score })}</span>
        </p>
      )}
      {rows !== undefined && rows.length > 0 && (
        <div className="shown">
          <h2>{t("quiz_leaderboard")}</h2>
          <Ladder
            label={t("quiz_leaderboard")}
            rungs={rows.map((row) => ({
              id: row.participant_id,
              place: row.rank,
              label: row.nickname ?? t("quiz_guest"),
              share: shareOf(row.score, most),
              isMine: row.participant_id === me?.participant_id,
              value: (
                <>
                  <Move by={row.delta} />
                  {formatNumber(row.score, language)}
                </>
              ),
            }))}
          />
        </div>
      )}
    </>
  );
}

function Move({ by }: { by: number }) {
  const t = useT();
  const language = useLanguage();
  if (by === 0) return null;
  return (
    <span className={by > 0 ? "climbed" : "fell"}>
      <span aria-hidden="true">
        {by > 0 ? "▲" : "▼"}
        {formatNumber(Math.abs(by), language)}
      </span>
      <span className="unseen">
        {t(by > 0 ? "quiz_climbed" : "quiz_fell", { count: Math.abs(by) })}
      </span>
    </span>
  );
}
