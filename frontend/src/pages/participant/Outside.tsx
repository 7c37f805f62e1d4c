// The frame of everything before one is in: the name of the thing, the language.

import type { ReactNode } from "react";

import { LanguageSwitch } from "../../components/LanguageSwitch";
import { Logo } from "../../components/Logo";

export function Outside({ children, isBusy = false }: { children?: ReactNode; isBusy?: boolean }) {
  return (
    <div className="page">
      <header className="head">
        <Logo />
        <LanguageSwitch />
      </header>
      <main className="outside" aria-busy={isBusy || undefined}>
        {children}
      </main>
    </div>
  );
}
