// Planning poker on the phone: a hand of cards; after the reveal, what was played.

import "./participant.css";

import type {
  FramePoker,
  PokerAnswered,
  PokerRevealedResults,
  PokerVotingResults,
} from "../../api/schema";
import { AnswerBar } from "../../components/AnswerBar";
import { Asked } from "../../components/Asked";
import { Button } from "../../components/Button";
import { fate, given, type ParticipantProps } from "../../components/participate";
import { isText, useDraft } from "../../components/useDraft";
import { useIsPast } from "../../components/useIsPast";
import { useT } from "../../i18n/participant/activities";
import { Revealed } from "./Revealed";
import { sizeOf } from "./verdict";

export function Participant(props: ParticipantProps<FramePoker>) {
  const { activity, me, letter, now, results, isPreview } = props;
  const { config, current } = activity;
  const t = useT();
  const known = me?.answers[activity.id] as PokerAnswered | undefined;
  const card = given(letter, known)?.card ?? null;
  const sign = fate(letter, known);
  const [draft, setDraft] = useDraft(props.draft, isText, () => sign?.state === "saved");
  const isRevealed = activity.phase === "revealed";
  const isTimeUp = useIsPast(activity.ends_at_ms, now);
  const isOver = isRevealed || activity.status !== "active" || isTimeUp;
  const isWatching = me?.spectator ?? false;
  const isFinal = !config.allow_change && card !== null;
  const canAnswer = !isOver && !isWatching && !isFinal && !activity.locked;
  const chosen = config.allow_change || card !== null ? card : draft;
  const choose = (next: string) => {
    if (!config.allow_change) setDraft(next);
    else if (next !== card) props.send({ card: next });
  };
  const voting = results as PokerVotingResults | null;
  const note = isWatching
    ? t("watching")
    : isRevealed
      ? null
      : isOver
        ? t("closed")
        : card === null
          ? !config.allow_change && t("final_once_sent")
          : t(config.allow_change ? "can_change" : "final_answer");
  return (
    <section className="activity poker">
      {current && current.of > 1 && (
        <p className="hint">{t("poker_story", { count: current.index + 1, of: current.of })}</p>
      )}
      <Asked endsAtMs={activity.ends_at_ms} totalS={config.duration_s} now={now}>
        {current?.story?.title ?? activity.title}
      </Asked>
      {current?.story?.link && (
        <a className="story-link" href={current.story.link} target="_blank" rel="noreferrer">
          {t("poker_link")}
        </a>
      )}
      {isRevealed ? (
        results &&
        "votes" in results && (
          <Revealed
            results={results as PokerRevealedResults}
            cards={current?.cards ?? []}
            mine={card}
          />
        )
      ) : (
        <>
          <fieldset className="hand">
            <legend className="unseen">{t("poker_hand")}</legend>
            {(current?.cards ?? []).map((each) => (
              <button
                key={each}
                type="button"
                className={`card box num ${sizeOf(each)}`}
                aria-pressed={each === chosen}
                aria-disabled={!canAnswer || undefined}
                onClick={canAnswer ? () => choose(each) : undefined}
              >
                <bdi>{each}</bdi>
                {each === "?" && <span className="unseen">{t("poker_unsure")}</span>}
                {each === "☕" && <span className="unseen">{t("poker_break")}</span>}
              </button>
            ))}
          </fieldset>
          {!config.allow_change && canAnswer && (
            <Button
              kind="primary"
              isDisabled={draft === null}
              onClick={() => draft !== null && props.send({ card: draft })}
            >
              {t("send")}
            </Button>
          )}
          {voting && activity.status === "active" && (
            <p className="soft">{t("poker_voted", { count: voting.voted, total: voting.total })}</p>
          )}
        </>
      )}
      <AnswerBar
        letter={isRevealed && sign?.state === "saved" ? undefined : sign}
        hint={isRevealed && t("poker_revealed")}
        note={note}
        isStill={isPreview}
      />
    </section>
  );
}
