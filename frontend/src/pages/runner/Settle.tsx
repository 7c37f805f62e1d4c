// Settling on any card, whatever the cards on the table propose.

import { ALWAYS } from "../../activities/poker/decks";
import type { Frame } from "../../api/frame";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { useT } from "../../i18n/runner";
import { control, type Step } from "./steps";

type Props = { frame: Frame; onRun: (step: Step) => void; onClose: () => void };

export function canSettle({ session, activity }: Frame): boolean {
  const isRunning = session.status === "active" && activity?.status === "active";
  return isRunning && activity.type === "poker" && activity.revealed;
}

export function Settle({ frame, onRun, onClose }: Props) {
  const t = useT();
  const { activity } = frame;
  if (activity?.type !== "poker") return null;
  const cards = activity.current?.cards ?? [];
  return (
    <Dialog title={t("settle_title")} onClose={onClose}>
      <ul className="settle">
        {cards
          .filter((card) => !ALWAYS.includes(card))
          .map((card) => (
            <li key={card}>
              <Button
                aria-label={t("do_accept", { card })}
                onClick={() => {
                  onClose();
                  onRun(control(activity, { action: "accept", estimate: card }));
                }}
              >
                <bdi>{card}</bdi>
              </Button>
            </li>
          ))}
      </ul>
    </Dialog>
  );
}
