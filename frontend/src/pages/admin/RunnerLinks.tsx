// Links with a token for the big screen, and for the phone of who presents: made, shown, revoked.

import { useState } from "react";

import { Button } from "../../components/Button";
import { Confirm } from "../../components/Dialog";
import { PlusIcon, TrashIcon } from "../../components/icons";
import { Banner } from "../../components/Sign";
import { useT } from "../../i18n/admin";
import { formatDateTime } from "../../i18n/format";
import { useLanguage } from "../../i18n/language";
import { forget, linkOf, makeLink } from "./bigScreen";
import { Copyable } from "./Copyable";
import { LinkQr } from "./LinkQr";
import { explain } from "./problems";
import { api, call, type Trouble } from "./server";
import { useLoaded } from "./useLoaded";

/** Characters of an id that tell it from the others made in the same minute. */
const END = 4;

export function RunnerLinks({ id, canMake }: { id: string; canMake: boolean }) {
  const t = useT();
  const language = useLanguage();
  const [made, setMade] = useState(linkOf(id));
  const [doomed, doom] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isRevoked, setRevoked] = useState(false);
  const tokens = useLoaded(id, () =>
    call(api.GET("/api/v1/sessions/{id}/runner-tokens", { params: { path: { id } } })),
  );
  const create = async () => {
    const link = await makeLink(id);
    if ("code" in link) return setTrouble(link);
    setTrouble(null);
    setRevoked(false);
    setMade(link);
    void tokens.reload();
  };
  const revoke = async (token_id: string) => {
    const asked = await call(
      api.DELETE("/api/v1/sessions/{id}/runner-tokens/{token_id}", {
        params: { path: { id, token_id } },
      }),
    );
    setTrouble(asked.ok ? null : asked.problem);
    if (!asked.ok) return;
    forget(id, token_id);
    setMade(linkOf(id));
    setRevoked(true);
    void tokens.reload();
  };
  const wrong = trouble ?? tokens.trouble;
  const links = (tokens.data?.items ?? []).map(({ token_id, created_at }, index) => {
    const at = formatDateTime(created_at, language);
    return { id: token_id, name: t("link_of", { n: index + 1, at, end: token_id.slice(-END) }) };
  });
  const nameOf = (token_id: string) => links.find(({ id: each }) => each === token_id)?.name ?? "";
  return (
    <section className="stack" aria-labelledby="runner-links">
      <h3 id="runner-links">{t("runner_links")}</h3>
      <p className="soft">{t("runner_links_text")}</p>
      {made && (
        <div className="box good made">
          <LinkQr link={made.runner_url} label={t("runner_qr")} />
          <div className="stack">
            <p role="status">{t("link_once")}</p>
            <p>{nameOf(made.token_id)}</p>
            <a
              className="button small primary"
              href={made.runner_url}
              target="_blank"
              rel="noreferrer"
            >
              {t("open_screen")}
            </a>
            <Copyable label={t("runner_link")} value={made.runner_url} />
          </div>
        </div>
      )}
      {wrong && <Banner kind="bad">{explain(t, wrong)}</Banner>}
      <ul className="plain-list" aria-label={t("runner_links")}>
        {links.map(({ id: token_id, name }) => (
          <li key={token_id} className="row">
            <span>{name}</span>
            <Button
              size="small"
              kind="danger"
              aria-label={t("revoke_it", { name })}
              onClick={() => doom(token_id)}
            >
              <TrashIcon />
              {t("revoke")}
            </Button>
          </li>
        ))}
      </ul>
      <p className="said" role="status">
        {isRevoked && t("link_revoked")}
      </p>
      {tokens.data?.items.length === 0 && <p>{t("no_links")}</p>}
      {canMake && (
        <Button onClick={() => void create()}>
          <PlusIcon />
          {t("new_link")}
        </Button>
      )}
      {doomed && (
        <Confirm
          title={t("revoke_title")}
          action={t("revoke")}
          onConfirm={() => void revoke(doomed)}
          onClose={() => doom(null)}
        >
          <p>{nameOf(doomed)}</p>
          <p>{t("revoke_text")}</p>
        </Confirm>
      )}
    </section>
  );
}
