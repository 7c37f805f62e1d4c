// How people get in: code, address and QR for participants, links with a token for the big screen.

import { useState } from "react";

import { href } from "../../api/base";
import type { FreshRunnerToken, SessionResource } from "../../api/schema";
import { Button } from "../../components/Button";
import { Confirm, Dialog } from "../../components/Dialog";
import { CopyIcon, DownloadIcon, PlusIcon, TrashIcon } from "../../components/icons";
import { Qr } from "../../components/Qr";
import { Banner } from "../../components/Sign";
import { toast } from "../../components/Toast";
import { useT } from "../../i18n/admin";
import { formatCode, formatDateTime } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { complain } from "./complain";
import { explain } from "./problems";
import { api, call } from "./server";
import { useLoaded } from "./useLoaded";

export function Share({ session, onClose }: { session: SessionResource; onClose: () => void }) {
  const t = useT();
  const { id, code, join_url, status } = session;
  return (
    <Dialog title={t("share")} onClose={onClose}>
      <div className="stack">
        {status === "completed" ? (
          <Banner>{t("problem_session_completed")}</Banner>
        ) : (
          <div className="share">
            <Qr session={id} code={code} />
            <div className="stack">
              <p className="num big-code">{formatCode(code)}</p>
              <Copyable label={t("join_address")} value={join_url} />
              <a className="button small" href={href(`api/v1/sessions/${id}/qr.png`)} download>
                <DownloadIcon />
                {t("qr_download")}
              </a>
            </div>
          </div>
        )}
        <RunnerLinks id={id} />
      </div>
    </Dialog>
  );
}

function Copyable({ label, value }: { label: string; value: string }) {
  const t = useT();
  const copy = async (from: HTMLElement) => {
    try {
      await navigator.clipboard.writeText(value);
      toast(t("copied"));
    } catch {
      // On plain HTTP there is no clipboard: the text is selected, for the keyboard.
      from.closest(".copyable")?.querySelector("input")?.select();
      toast(t("copy_by_hand"));
    }
  };
  return (
    <div className="copyable">
      <input
        className="input"
        readOnly
        aria-label={label}
        value={value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        size="small"
        aria-label={t("copy_it", { name: label })}
        onClick={(event) => void copy(event.currentTarget)}
      >
        <CopyIcon />
        {t("copy")}
      </Button>
    </div>
  );
}

function RunnerLinks({ id }: { id: string }) {
  const t = useT();
  const language = useLanguage();
  const [made, setMade] = useState<FreshRunnerToken | null>(null);
  const [revoked, revoke] = useState<string | null>(null);
  const tokens = useLoaded(id, () =>
    call(api.GET("/api/v1/sessions/{id}/runner-tokens", { params: { path: { id } } })),
  );
  const create = async () => {
    const asked = await call(
      api.POST("/api/v1/sessions/{id}/runner-tokens", { params: { path: { id } } }),
    );
    if (!asked.ok) return complain(t, asked.problem);
    setMade(asked.data);
    void tokens.reload();
  };
  const remove = async (token_id: string) => {
    const asked = await call(
      api.DELETE("/api/v1/sessions/{id}/runner-tokens/{token_id}", {
        params: { path: { id, token_id } },
      }),
    );
    if (!asked.ok) return complain(t, asked.problem);
    if (made?.token_id === token_id) setMade(null);
    toast(t("link_revoked"));
    void tokens.reload();
  };
  return (
    <section className="stack" aria-labelledby="runner-links">
      <h3 id="runner-links">{t("runner_links")}</h3>
      <p className="soft">{t("runner_links_text")}</p>
      {made && (
        <div className="box good made stack">
          <p role="status">{t("link_once")}</p>
          <Copyable label={t("runner_link")} value={made.runner_url} />
          <a className="button small" href={made.runner_url} target="_blank" rel="noreferrer">
            {t("open_screen")}
          </a>
        </div>
      )}
      {tokens.trouble && <Banner kind="bad">{explain(t, tokens.trouble)}</Banner>}
      <ul className="plain-list" aria-label={t("runner_links")}>
        {tokens.data?.items.map(({ token_id, created_at }) => (
          <li key={token_id} className="row">
            <span>{t("link_of", { at: formatDateTime(created_at, language) })}</span>
            <Button
              size="small"
              kind="danger"
              aria-label={t("revoke_it", { at: formatDateTime(created_at, language) })}
              onClick={() => revoke(token_id)}
            >
              <TrashIcon />
              {t("revoke")}
            </Button>
          </li>
        ))}
      </ul>
      {tokens.data?.items.length === 0 && <p>{t("no_links")}</p>}
      <Button onClick={() => void create()}>
        <PlusIcon />
        {t("new_link")}
      </Button>
      {revoked && (
        <Confirm
          title={t("revoke_title")}
          action={t("revoke")}
          onConfirm={() => void remove(revoked)}
          onClose={() => revoke(null)}
        >
          {t("revoke_text")}
        </Confirm>
      )}
    </section>
  );
}
