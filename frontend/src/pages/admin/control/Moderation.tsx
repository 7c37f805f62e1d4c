// What people typed: to approve, to hide, and to be rid of who typed it.

import { useEffect, useState } from "react";

import type { Frame } from "../../../api/frame";
import type { LiveSession } from "../../../api/live";
import type { ModerationItem, TextStatus, Verdict } from "../../../api/schema";
import { Button } from "../../../components/Button";
import { Confirm } from "../../../components/Dialog";
import { Select } from "../../../components/Select";
import { Banner } from "../../../components/Sign";
import { toast } from "../../../components/Toast";
import { useT } from "../../../i18n/admin";
import { complain } from "../complain";
import { More } from "../More";
import { explain } from "../problems";
import { api, call } from "../server";
import { type Asked, useRows } from "../useRows";

const STATUSES: readonly TextStatus[] = ["pending", "visible", "hidden"];
const PAGE = 50;

/** What is visible or hidden changes without the frame saying so. */
const EVERY_MS = 5_000;

export function Moderation({ live, frame }: { live: LiveSession; frame: Frame }) {
  const t = useT();
  const [status, setStatus] = useState<TextStatus>("pending");
  const items = useRows(status, PAGE, EVERY_MS, (asked) => load(live.id, { status, ...asked }));
  const pending = frame.pending_moderation ?? 0;
  useEffect(() => {
    if (items.isRenewed) void items.reload();
  }, [pending]);
  const changed = () => {
    void items.reload();
    live.wake();
  };
  return (
    <section className="box panel stack" aria-labelledby="moderation">
      <h2 id="moderation">{t("panel_moderation")}</h2>
      {frame.session.settings.profanity !== "review" && (
        <p className="soft">{t("moderation_off")}</p>
      )}
      <Select
        label={t("show")}
        value={status}
        options={STATUSES.map((each) => [each, t(`texts_${each}`)] as const)}
        onChange={setStatus}
      />
      {items.trouble && <Banner kind="bad">{explain(t, items.trouble)}</Banner>}
      {items.isLoading && <p role="status">{t("loading")}</p>}
      {items.data?.items.length === 0 && <p>{t(`no_texts_${status}`)}</p>}
      <ul className="plain-list" aria-label={t(`texts_${status}`)}>
        {items.data?.items.map((item) => (
          <Item key={item.item_id} live={live} item={item} onChanged={changed} />
        ))}
      </ul>
      <More rows={items} />
    </section>
  );
}

function load(id: string, query: Asked & { status: TextStatus }) {
  return call(api.GET("/api/v1/sessions/{id}/moderation", { params: { path: { id }, query } }));
}

function Item({
  live,
  item,
  onChanged,
}: {
  live: LiveSession;
  item: ModerationItem;
  onChanged: () => void;
}) {
  const t = useT();
  const [asks, ask] = useState(false);
  const { item_id, text, kind, status, author } = item;
  const decide = async (decision: Verdict, remove_author = false) => {
    const asked = await call(
      api.POST("/api/v1/sessions/{id}/moderation/{item_id}", {
        params: { path: { id: live.id, item_id } },
        body: { decision, remove_author },
      }),
    );
    if (!asked.ok) complain(t, asked.problem);
    else toast(t(remove_author ? "author_removed" : decision === "hide" ? "hidden" : "approved"));
    onChanged();
  };
  return (
    <li className="item">
      <p className="quote">
        <bdi>{text}</bdi>
      </p>
      <p className="notes soft">
        <span>{t(`kind_${kind}`)}</span>
        {author && kind !== "nickname" && (
          <span>
            <bdi>{author.nickname}</bdi>
          </span>
        )}
      </p>
      <div className="acts">
        {status !== "visible" && (
          <Button
            size="small"
            aria-label={t("approve_it", { name: text })}
            onClick={() => void decide("approve")}
          >
            {t("approve")}
          </Button>
        )}
        {status !== "hidden" && (
          <Button
            size="small"
            aria-label={t("hide_it", { name: text })}
            onClick={() => void decide("hide")}
          >
            {t("hide")}
          </Button>
        )}
        <Button
          size="small"
          kind="danger"
          aria-label={t("remove_author_of", { name: text })}
          onClick={() => ask(true)}
        >
          {t("remove_author")}
        </Button>
      </div>
      {asks && (
        <Confirm
          title={t("remove_author_title")}
          action={t("remove_author")}
          onConfirm={() => void decide("hide", true)}
          onClose={() => ask(false)}
        >
          {t("remove_author_text")}
        </Confirm>
      )}
    </li>
  );
}
