// Texts and names that wait for somebody to look at them; and what was hidden or shown by mistake.

import { useState } from "react";

import { ask } from "../../api/client";
import type { Frame } from "../../api/frame";
import type { LiveSession } from "../../api/live";
import type { ModerationItem, TextStatus, Verdict } from "../../api/schema";
import { Button } from "../../components/Button";
import { Confirm, Dialog } from "../../components/Dialog";
import { Select } from "../../components/Select";
import { toast } from "../../components/Toast";
import { useT } from "../../i18n/runner";
import { wordsFor } from "./commands";
import { type Filter, useItems } from "../../api/useItems";

type Props = { frame: Frame; live: LiveSession; onClose: () => void };

const STATUSES: readonly TextStatus[] = ["pending", "visible", "hidden"];

type Decide = (item: ModerationItem, decision: Verdict, isWithAuthor?: boolean) => void;

export function Review({ frame, live, onClose }: Props) {
  const t = useT();
  const [status, setStatus] = useState<TextStatus>("pending");
  const { items, reload } = useItems(live, filterOf(status, frame), frame.pending_moderation);
  const decide = async (item: ModerationItem, decision: Verdict, isWithAuthor = false) => {
    const asked = await ask(
      live.api.POST("/api/v1/sessions/{id}/moderation/{item_id}", {
        params: { path: { id: live.id, item_id: item.item_id } },
        body: { decision, remove_author: isWithAuthor },
      }),
    );
    const said = asked.ok ? null : wordsFor(asked.problem);
    if (said !== null) toast(t(said), "bad");
    reload();
    live.wake();
  };
  return (
    <Dialog title={t("review")} onClose={onClose}>
      <div className="review">
        <Select
          label={t("review_which")}
          value={status}
          options={STATUSES.map((each) => [each, t(`texts_${each}`)] as const)}
          onChange={setStatus}
        />
        {items?.length === 0 && <p className="soft">{t("no_texts")}</p>}
        <ul aria-label={t(`texts_${status}`)}>
          {items?.map((item) => (
            <Item key={item.item_id} item={item} onDecide={(...what) => void decide(...what)} />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** What is shown are all names, too: of these only the present activity's texts. */
export function filterOf(status: TextStatus, { activity }: Frame): Filter {
  return status === "visible" && activity !== null ? { status, activity: activity.id } : { status };
}

function Item({ item, onDecide }: { item: ModerationItem; onDecide: Decide }) {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const { text, kind, status, author } = item;
  return (
    <li>
      <p>
        <bdi>{text}</bdi>
        <span className="soft">
          {kind === "nickname" ? t("text_is_name") : <bdi>{author?.nickname}</bdi>}
        </span>
      </p>
      <div className="verbs">
        {status !== "visible" && (
          <Button
            size="small"
            aria-label={t("approve_it", { text })}
            onClick={() => onDecide(item, "approve")}
          >
            {t("approve")}
          </Button>
        )}
        {status !== "hidden" && (
          <Button
            size="small"
            aria-label={t("hide_it", { text })}
            onClick={() => onDecide(item, "hide")}
          >
            {t("hide_short")}
          </Button>
        )}
        <Button
          size="small"
          kind="danger"
          aria-label={t("remove_author_of", { text })}
          onClick={() => setAsking(true)}
        >
          {t("remove_author")}
        </Button>
      </div>
      {isAsking && (
        <Confirm
          title={t("remove_author_title")}
          action={t("remove_author")}
          onConfirm={() => onDecide(item, "hide", true)}
          onClose={() => setAsking(false)}
        >
          <p>{t("remove_author_help")}</p>
        </Confirm>
      )}
    </li>
  );
}
