// Settling on an estimate, and the stories with theirs.

import { useState } from "react";

import type { FramePoker, Results, StoryInFrame } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Select } from "../../../components/Select";
import { useT } from "../../../i18n/admin";
import { ALWAYS } from "../../../activities/poker/decks";
import type { Press } from "./useControl";

type Props = {
  activity: FramePoker;
  results: Results | null;
  stories: readonly StoryInFrame[] | null;
  press: Press;
  canSteer: boolean;
  /** Settling on a card is the next thing to do. */
  isNext: boolean;
};

export function PokerSteering({ activity, results, stories, press, canSteer, isNext }: Props) {
  const t = useT();
  const isRevealed = activity.phase === "revealed" && activity.status === "active";
  const proposal = results && "proposal" in results ? (results.proposal ?? null) : null;
  return (
    <>
      {isRevealed && canSteer && (
        <Accept key={activity.round} {...{ activity, proposal, press, isNext }} />
      )}
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

function Accept({
  activity,
  proposal,
  press,
  isNext,
}: {
  activity: FramePoker;
  proposal: string | null;
  press: Press;
  isNext: boolean;
}) {
  const t = useT();
  const cards = (activity.current?.cards ?? []).filter((card) => !ALWAYS.includes(card));
  const [chosen, choose] = useState(proposal ?? cards[0] ?? "");
  return (
    <div className="accept">
      <Select
        label={t("estimate")}
        {...(proposal === null ? {} : { hint: t("proposal_n", { card: proposal }) })}
        value={chosen}
        options={cards.map((card) => [card, card] as const)}
        onChange={choose}
      />
      <Button
        kind={isNext ? "primary" : "plain"}
        onClick={() => void press({ action: "accept", estimate: chosen })}
      >
        {t("accept")}
      </Button>
    </div>
  );
}
