// The frame of everything before one is in: the name of the thing, the language.

import type { ReactNode } from "react";

import { LanguageSwitch } from "../../components/LanguageSwitch";
import { Logo } from "../../components/Logo";

type Props = {
  children?: ReactNode;
  /** What is under way, said only when it takes long. */
  busy?: string | false;
};

export function Outside({ children, busy = false }: Props) {
  return (
    <div className="page">
      <header className="head">
        <Logo />
        <LanguageSwitch />
      </header>
      <main className="outside" aria-busy={busy !== false || undefined}>
        {busy !== false && <h1 className="soft late">{busy}</h1>}
        {children}
      </main>
    </div>
  );
}
