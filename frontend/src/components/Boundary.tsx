// What is shown where a page's own code fails: never nothing.

import { Component, type ReactNode } from "react";

import { useT } from "../i18n/shared";
import { Button } from "./Button";

type Props = { children: ReactNode };

export class Boundary extends Component<Props, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override componentDidCatch(error: unknown) {
    // It is caught here, and still a fault for whoever looks.
    setTimeout(() => {
      throw error;
    });
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useT();
  return (
    <main className="broken">
      <div role="alert">
        <h1>{t("broken")}</h1>
      </div>
      <Button kind="primary" onClick={() => location.reload()}>
        {t("reload")}
      </Button>
    </main>
  );
}
