import "../../look/tokens.css";
import "../../look/base.css";

import { Logo } from "../../components/Logo";
import { mount } from "../../components/mount";
import { useT } from "../../i18n/participant";

function Participant() {
  const t = useT();
  return (
    <main>
      <Logo />
      <h1>{t("join_title")}</h1>
    </main>
  );
}

mount(<Participant />);
