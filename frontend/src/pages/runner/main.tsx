import "../../look/fonts.css";
import "../../look/tokens.css";
import "../../look/base.css";

import { Logo } from "../../components/Logo";
import { mount } from "../../components/mount";
import { useT } from "../../i18n/runner";

function Runner() {
  const t = useT();
  return (
    <main>
      <Logo />
      <h1>{t("page_title")}</h1>
    </main>
  );
}

mount(<Runner />);
