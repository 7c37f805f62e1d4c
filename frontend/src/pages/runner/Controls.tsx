// The presenter's bar: what comes next, and what else can be done now. On the big screen it hides
// itself; on a phone it is what the page begins with.

import type { ReactNode } from "react";

import type { LiveSession } from "../../api/live";
import { Button } from "../../components/Button";
import { useLeft } from "../../components/Countdown";
import {
  EyeIcon,
  EyeOffIcon,
  FullScreenIcon,
  LockIcon,
  NextIcon,
  PreviousIcon,
  QrIcon,
  UnlockIcon,
} from "../../components/icons";
import { formatNumber } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { useT } from "../../i18n/runner";
import type { Asking } from "./Ask";
import type { KeyAction } from "./keys";
import { canSettle } from "./Settle";
import type { View } from "./Screen";
import {
  back,
  control,
  forward,
  hasBoard,
  type Idle,
  isOffer,
  type Offer,
  others,
  primary,
  screenOf,
  showsResults,
  type Steered,
  type Step,
  toggleLeaderboard,
} from "./steps";

type Props = {
  frame: Steered;
  live: LiveSession;
  view: View;
  onAct: (action: KeyAction) => void;
  onMove: (step: Step) => void;
  onRun: (step: Step) => void;
  onAsk: (asking: Asking) => void;
};

export function Controls({ frame, live, view, onAct, onMove, onRun, onAsk }: Props) {
  const t = useT();
  const language = useLanguage();
  const label = useLabel();
  const { activity } = frame;
  // What can be done changes with the clock, too.
  useLeft(activity?.opens_at_ms ?? 0, live.now);
  useLeft(activity?.ends_at_ms ?? 0, live.now);
  const now = live.now();
  const main = primary(frame, now);
  const next = forward(frame, now);
  const before = back(frame);
  const screen = screenOf(frame);
  const isShown = showsResults(frame);
  const isBoard = activity !== null && hasBoard(activity);
  const leaderboard = toggleLeaderboard(frame);
  const pending = frame.pending_moderation ?? 0;
  return (
    <nav className="controls" aria-label={t("controls")}>
      <Button
        kind="primary"
        className="main"
        isDisabled={!isOffer(main)}
        onClick={() => onAct("primary")}
      >
        <span className="says">{label(main)}</span>
        <Kbd>{t("key_space")}</Kbd>
      </Button>
      {others(frame)
        .filter((other) => !isSame(other, main))
        .map((other) => (
          <Button key={other.label} onClick={() => onMove(other.step)}>
            {label(other)}
          </Button>
        ))}
      {canSettle(frame) && <Button onClick={() => onAct("settle")}>{t("do_accept_other")}</Button>}
      {leaderboard !== null && screen.leaderboard && (
        <Button onClick={() => onRun(leaderboard)}>{t("do_hide_leaderboard")}</Button>
      )}
      <Icon
        label={before === null ? t("key_previous") : label(before)}
        hint="←"
        isDisabled={before === null}
        onClick={() => onAct("previous")}
      >
        <PreviousIcon />
      </Icon>
      <Icon
        label={isSame(next, main) ? t("key_next") : label(next)}
        hint="→"
        isDisabled={!isOffer(next)}
        onClick={() => onAct("next")}
      >
        <NextIcon />
      </Icon>
      {isBoard && (
        <Icon label={t(isShown ? "do_hide" : "do_show")} hint="H" onClick={() => onAct("results")}>
          {isShown ? <EyeOffIcon /> : <EyeIcon />}
        </Icon>
      )}
      {isBoard && activity.status === "active" && (
        <Icon
          label={t(activity.locked ? "do_unlock" : "do_lock")}
          hint="L"
          onClick={() => onAct("lock")}
        >
          {activity.locked ? <LockIcon /> : <UnlockIcon />}
        </Icon>
      )}
      {activity?.type === "wordcloud" && isShown && (
        <>
          <Button onClick={() => onAct("table")}>
            {t(view.isTable ? "table_hide" : "table_show")}
          </Button>
          {!view.isTable && (
            <Button onClick={() => onAct("counts")}>
              {t(view.hasCounts ? "counts_hide" : "counts_show")}
            </Button>
          )}
        </>
      )}
      {activity?.type === "wordcloud" && (
        <Button onClick={() => onAct("words")}>{t("words_label")}</Button>
      )}
      {activity?.type === "quiz" &&
        activity.current !== undefined &&
        activity.status === "active" && (
          <Button
            onClick={() => onAsk({ about: "redo", step: control(activity, { action: "redo" }) })}
          >
            {t("do_redo")}
          </Button>
        )}
      <Icon
        label={t(screen.qr === "full" ? "qr_small" : "qr_full")}
        hint="Q"
        onClick={() => onAct("qr")}
      >
        <QrIcon />
      </Icon>
      <Icon isForKeyboard label={t("full_screen")} hint="F" onClick={() => onAct("full_screen")}>
        <FullScreenIcon />
      </Icon>
      {pending > 0 && (
        <Button onClick={() => onAct("review")}>
          {t("review")}
          <span className="badge">
            <span aria-hidden="true">{formatNumber(pending, language)}</span>
            <span className="unseen">{t("pending", { count: pending })}</span>
          </span>
        </Button>
      )}
      <Button onClick={() => onAct("programme")}>{t("programme")}</Button>
      <Icon isForKeyboard label={t("keys")} hint="?" onClick={() => onAct("keys")}>
        <Kbd>?</Kbd>
      </Icon>
    </nav>
  );
}

/** A hint for the eyes; the button's own name is what it does. */
function Kbd({ children }: { children: ReactNode }) {
  return (
    <span className="kbd" aria-hidden="true">
      {children}
    </span>
  );
}

function Icon({
  label,
  hint,
  isDisabled = false,
  isForKeyboard = false,
  onClick,
  children,
}: {
  label: string;
  hint: string;
  isDisabled?: boolean;
  /** Left out on phones. */
  isForKeyboard?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Button
      className={isForKeyboard ? "icon-button for-keyboard" : "icon-button"}
      aria-label={label}
      title={`${label} (${hint})`}
      isDisabled={isDisabled}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}

function useLabel() {
  const t = useT();
  return (what: Offer | Idle): string => {
    if (!isOffer(what)) return t(what.label);
    switch (what.label) {
      case "do_begin":
      case "do_continue":
      case "do_next_activity":
      case "do_previous_activity":
        return t(what.label, { title: what.title ?? "" });
      case "do_accept":
        return t(what.label, { card: what.title ?? "" });
      case "do_reveal":
      case "do_revote":
      case "do_next_story":
      case "do_previous_story":
      case "do_start_quiz":
      case "do_next_question":
      case "do_leaderboard":
      case "do_finish":
      case "do_reopen":
        return t(what.label);
    }
  };
}

function isSame(one: Offer | Idle, other: Offer | Idle): boolean {
  return one.label === other.label;
}
