// The administrator's page: who is signed in, and what they look at.

import { useEffect, useState } from "react";

import { Button } from "../../components/Button";
import { Confirm, Dialog } from "../../components/Dialog";
import { LanguageSwitch } from "../../components/LanguageSwitch";
import { Logo } from "../../components/Logo";
import { Banner } from "../../components/Sign";
import { Toasts } from "../../components/Toast";
import { useT } from "../../i18n/admin";
import { forgetAll } from "./bigScreen";
import { dropAllDrafts, hasUnsaved } from "./drafts";
import { usePlace } from "./Heading";
import { NetworkSign } from "./NetworkSign";
import { complain } from "./complain";
import { explain } from "./problems";
import { useIsReached } from "./reach";
import { toList, useRoute } from "./route";
import { SessionList } from "./SessionList";
import { SessionPage } from "./SessionPage";
import type { Trouble } from "./server";
import { SignIn } from "./SignIn";
import { dropKept } from "./useKept";
import { askWho, later, signedInAgain, signOut, useWho } from "./who";

export function Admin() {
  const t = useT();
  const who = useWho();
  if (who.state === "asking") {
    return (
      <main className="narrow">
        <h1>{t("page_title")}</h1>
        <p role="status">{t("loading")}</p>
      </main>
    );
  }
  if (who.state === "unknown") return <Unknown trouble={who.trouble} />;
  if (who.state === "nobody") return <SignInPage />;
  return (
    <>
      <Header name={who.admin.name} isIn={who.state === "in"} />
      <Pages />
      {who.state === "expired" && who.isAsked && <SignInAgain />}
      <NetworkSign />
      <Toasts />
    </>
  );
}

/** It asks again by itself as soon as the server answers. */
function Unknown({ trouble }: { trouble: Trouble }) {
  const t = useT();
  const isReached = useIsReached();
  useEffect(() => {
    if (isReached && trouble.status === 0) void askWho();
  }, [isReached]);
  return (
    <main className="narrow">
      <h1>{t("page_title")}</h1>
      <Banner kind="bad">{explain(t, trouble)}</Banner>
      <Button onClick={() => void askWho()}>{t("try_again")}</Button>
    </main>
  );
}

function Pages() {
  const route = useRoute();
  useEffect(() => scrollTo(0, 0), [route.page]);
  if (route.page === "list") return <SessionList q={route.q} status={route.status} />;
  return <SessionPage key={route.id} {...route} />;
}

function Header({ name, isIn }: { name: string; isIn: boolean }) {
  const t = useT();
  const [asks, ask] = useState(false);
  const leave = async () => {
    const trouble = await signOut();
    if (trouble) return complain(t, trouble);
    dropAllDrafts();
    dropKept();
    forgetAll();
  };
  return (
    <>
      <header className="top-bar">
        <a href={toList()} className="home">
          <Logo />
          <span className="unseen">{t("to_list")}</span>
        </a>
        {isIn ? (
          <span className="soft">{t("signed_in_as", { name })}</span>
        ) : (
          <Button size="small" kind="primary" onClick={() => void signedInAgain(Infinity, true)}>
            {t("signed_out_title")}
          </Button>
        )}
        <LanguageSwitch />
        <Button size="small" onClick={() => (hasUnsaved() ? ask(true) : void leave())}>
          {t("sign_out")}
        </Button>
      </header>
      {asks && (
        <Confirm
          title={t("unsaved_title")}
          action={t("sign_out_anyway")}
          onConfirm={() => void leave()}
          onClose={() => ask(false)}
        >
          {t("unsaved_text")}
        </Confirm>
      )}
    </>
  );
}

function SignInPage() {
  const t = useT();
  usePlace("sign-in", t("sign_in"));
  return (
    <main className="narrow sign-in">
      <header className="top-bar">
        <Logo />
        <LanguageSwitch />
      </header>
      <section className="box lift panel">
        <h1>{t("sign_in")}</h1>
        <p>{t("sign_in_text")}</p>
        <SignIn />
      </section>
    </main>
  );
}

/** Over the page, so that what is typed there stays. */
function SignInAgain() {
  const t = useT();
  return (
    <Dialog title={t("signed_out_title")} onClose={later}>
      <div className="stack">
        <p>{t("signed_out_text")}</p>
        <SignIn />
      </div>
    </Dialog>
  );
}
