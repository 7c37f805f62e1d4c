// All activities with what can be done to each, the stories of a table, and what the screen shows.

import { type FormEvent, useState } from "react";

import type { Frame } from "../../api/frame";
import type { FrameActivityEntry, Screen } from "../../api/schema";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/Field";
import { useT } from "../../i18n/runner";
import type { Asking } from "./Ask";
import { control, hasBoard, screenOf, type Step, type Verb } from "./steps";

type Props = {
  frame: Frame;
  onRun: (step: Step) => void;
  onAsk: (asking: Asking) => void;
  onReview: () => void;
  onClose: () => void;
};

/** As long as the server takes it. */
const ANNOUNCEMENT = 280;

const VERBS: Record<FrameActivityEntry["status"], readonly Verb[]> = {
  draft: ["activate", "publish"],
  published: ["activate", "unpublish"],
  active: ["expire"],
  expired: ["reopen"],
};

export function Programme({ frame, onRun, onAsk, onReview, onClose }: Props) {
  const t = useT();
  const { activity, stories } = frame;
  const pending = frame.pending_moderation ?? 0;
  const isOpen = frame.session.status === "active";
  return (
    <Dialog title={t("programme")} onClose={onClose}>
      <div className="programme">
        <div className="verbs">
          <Button size="small" onClick={onReview}>
            {t("review")}
          </Button>
          {pending > 0 && <p className="pending">{t("pending", { count: pending })}</p>}
        </div>
        <Activities
          entries={frame.activities ?? []}
          isOpen={isOpen}
          onRun={onRun}
          onReset={
            activity !== null && hasBoard(activity) && activity.status === "active"
              ? () => {
                  onClose();
                  onAsk({ about: "reset", step: control(activity, { action: "reset" }) });
                }
              : null
          }
        />
        {stories && stories.length > 0 && (
          <section>
            <h3>{t("stories")}</h3>
            <ol className="stories">
              {stories.map(({ id, title, estimate, rounds }) => (
                <li key={id}>
                  <bdi>{title}</bdi>
                  <span className="soft">{t("story_rounds", { count: rounds })}</span>
                  <b className="num">{estimate ?? <span className="soft">–</span>}</b>
                </li>
              ))}
            </ol>
          </section>
        )}
        <QrChoice screen={screenOf(frame)} onRun={onRun} />
        <Announce text={frame.announcement ?? ""} onRun={onRun} />
      </div>
    </Dialog>
  );
}

function Activities({
  entries,
  isOpen,
  onRun,
  onReset,
}: {
  entries: readonly FrameActivityEntry[];
  isOpen: boolean;
  onRun: (step: Step) => void;
  onReset: (() => void) | null;
}) {
  const t = useT();
  if (entries.length === 0) return <p>{t("no_activities")}</p>;
  return (
    <ol className="activities">
      {entries.map(({ id, title, type, status }) => (
        <li key={id} className={status}>
          <p>
            <bdi>{title}</bdi>
            <span className="soft">
              {t(`type_${type}`)} · {t(`status_${status}`)}
            </span>
          </p>
          <div className="verbs">
            {isOpen &&
              VERBS[status].map((verb) => (
                <Button
                  key={verb}
                  size="small"
                  aria-label={`${t(`do_${verb}`)}: ${title}`}
                  onClick={() => onRun({ do: "lifecycle", activity: id, verb })}
                >
                  {t(`do_${verb}`)}
                </Button>
              ))}
            {status === "active" && onReset !== null && (
              <Button
                size="small"
                kind="danger"
                aria-label={`${t("do_reset")}: ${title}`}
                onClick={onReset}
              >
                {t("do_reset")}
              </Button>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function QrChoice({ screen, onRun }: { screen: Screen; onRun: (step: Step) => void }) {
  const t = useT();
  const sizes = { corner: "qr_corner", full: "qr_big", off: "qr_off" } as const;
  return (
    <fieldset className="qr-size">
      <legend>{t("qr_size")}</legend>
      {(Object.keys(sizes) as (keyof typeof sizes)[]).map((qr) => (
        <label key={qr}>
          <input
            type="radio"
            name="qr"
            checked={screen.qr === qr}
            onChange={() => onRun({ do: "screen", screen: { ...screen, qr } })}
          />
          {t(sizes[qr])}
        </label>
      ))}
    </fieldset>
  );
}

function Announce({ text, onRun }: { text: string; onRun: (step: Step) => void }) {
  const t = useT();
  const [typed, setTyped] = useState(text);
  const send = (event: FormEvent) => {
    event.preventDefault();
    onRun({ do: "announce", text: typed.trim() });
  };
  return (
    <form className="announce" onSubmit={send}>
      <TextField
        label={t("announce")}
        hint={t("announce_hint")}
        value={typed}
        maxLength={ANNOUNCEMENT}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <div className="verbs">
        <Button type="submit" size="small">
          {t("announce_send")}
        </Button>
        {text !== "" && (
          <Button
            size="small"
            onClick={() => {
              setTyped("");
              onRun({ do: "announce", text: "" });
            }}
          >
            {t("announce_clear")}
          </Button>
        )}
      </div>
    </form>
  );
}
