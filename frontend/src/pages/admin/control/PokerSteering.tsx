// Who is waited for, settling on an estimate, and the stories with theirs.

import { useState } from "react";

import { ALWAYS } from "../../../activities/poker/decks";
import type { LiveSession } from "../../../api/live";
import type {
  FramePoker,
  PokerRevealedResults,
  PokerVoter,
  Results,
  StoryInFrame,
} from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Select } from "../../../components/Select";
import { toast } from "../../../components/Toast";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { editPerson } from "./editPerson";
import { isDoubtful } from "./steering";
import type { Press } from "./useControl";

type Props = {
  live: LiveSession;
  activity: FramePoker;
  results: Results | null;
  stories: readonly StoryInFrame[] | null;
  press: Press;
  canSteer: boolean;
  /** Settling on a card is the next thing to do. */
  isNext: boolean;
};

export function PokerSteering({
  live,
  activity,
  results,
  stories,
  press,
  canSteer,
  isNext,
}: Props) {
  const t = useT();
  const isRevealed = activity.phase === "revealed" && activity.status === "active";
  const revealed = results && "bimodal" in results ? results : null;
  return (
    <>
      {isRevealed && canSteer && revealed && (
        <Accept key={activity.round} {...{ activity, press, isNext }} results={revealed} />
      )}
      {activity.phase === "voting" && canSteer && <Awaited {...{ live, results }} />}
      {stories && stories.length > 0 && (
        <ol className="stories" aria-label={t("stories")}>
          {stories.map(({ id, title, estimate }) => (
            <li key={id} aria-current={activity.current?.story?.id === id || undefined}>
              <bdi>{title}</bdi>
              {estimate !== undefined && (
                <span className="tag">{t("estimate_n", { card: estimate })}</span>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** Whoever is online and does not vote holds the others up; names are known where they are shown. */
function Awaited({ live, results }: Pick<Props, "live" | "results">) {
  const t = useT();
  const voters = results && "voters" in results ? (results.voters ?? []) : [];
  const awaited = voters.filter(({ voted }) => !voted);
  const skip = async ({ participant_id, nickname }: PokerVoter) => {
    const asked = await editPerson(live.id, participant_id, { spectator: true });
    if (!asked.ok) complain(t, asked.problem);
    else toast(t("skipped", { name: nickname }));
    live.wake();
  };
  if (awaited.length === 0) return null;
  return (
    <details className="folded">
      <summary>{t("awaited_n", { count: awaited.length })}</summary>
      <ul className="plain-list" aria-label={t("awaited")}>
        {awaited.map((voter) => (
          <li key={voter.participant_id} className="row">
            <bdi>{voter.nickname}</bdi>
            <Button
              size="small"
              aria-label={t("skip_it", { name: voter.nickname })}
              onClick={() => void skip(voter)}
            >
              {t("skip")}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** In doubt no card is chosen beforehand: pressing on would settle on what nobody meant. */
function Accept({
  activity,
  results,
  press,
  isNext,
}: {
  activity: FramePoker;
  results: PokerRevealedResults;
  press: Press;
  isNext: boolean;
}) {
  const t = useT();
  const [picked, pick] = useState<string | null>(null);
  const inDoubt = isDoubtful(results);
  const proposed = (results.bimodal ? null : results.proposal) ?? results.estimate ?? "";
  const chosen = picked ?? proposed;
  const cards = (activity.current?.cards ?? []).filter((card) => !ALWAYS.includes(card));
  return (
    <>
      <div className="accept">
        <Select
          label={t("estimate")}
          hint={reasonOf(t, results)}
          value={chosen}
          options={[
            ...(proposed === "" ? [["", t("choose_card")] as const] : []),
            ...cards.map((card) => [card, card] as const),
          ]}
          onChange={pick}
        />
        <Button
          kind={isNext && !inDoubt ? "primary" : "plain"}
          isDisabled={chosen === ""}
          onClick={() => void press({ action: "accept", estimate: chosen })}
        >
          {t("accept")}
        </Button>
      </div>
      {results.outliers.length > 0 && !results.bimodal && (
        <p className="soft">{t("outliers", { cards: results.outliers.join(", ") })}</p>
      )}
    </>
  );
}

function reasonOf(t: ReturnType<typeof useT>, results: PokerRevealedResults): string {
  const { bimodal, consensus, proposal: card, proposal_reason } = results;
  if (bimodal) return t("two_camps");
  if (card === null) return t("no_proposal");
  if (consensus) return t("proposal_all", { card });
  return t(proposal_reason === "median" ? "proposal_median" : "proposal_mode", { card });
}
