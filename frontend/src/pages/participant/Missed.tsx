// An answer that the server would not have, when the page is about something else already.

import { useSyncExternalStore } from "react";

import type { Letter, Outbox, Slot } from "../../api/outbox";
import { Button } from "../../components/Button";
import { CrossIcon } from "../../components/icons";
import { useT } from "../../i18n/participant/room";

type Props = {
  outbox: Outbox;
  /** What the page is about. */
  slot: Slot | null;
};

export function Missed({ outbox, slot }: Props) {
  const t = useT();
  const missed = useSyncExternalStore(outbox.subscribe, () => outbox.refusedBeside(slot));
  if (missed === undefined) return null;
  const title = missed.slot.about ?? "…";
  return (
    <div className="box lift bad">
      <p>
        <bdi>{t(isLate(missed.letter) ? "missed_late" : "missed", { title })}</bdi>
      </p>
      <Button kind="quiet" aria-label={t("missed_hide")} onClick={() => outbox.told(missed.slot)}>
        <CrossIcon />
      </Button>
    </div>
  );
}

function isLate(letter: Letter): boolean {
  if (letter.state !== "refused") return false;
  const why = letter.reason ?? letter.code;
  return ["late", "inactive", "stale_round", "wrong_question"].includes(why);
}
