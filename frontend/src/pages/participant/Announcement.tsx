// What the host tells everybody. Over the page, so that nothing moves; it can be put aside.

import { useState } from "react";

import { Button } from "../../components/Button";
import { CrossIcon } from "../../components/icons";
import { useT } from "../../i18n/participant/room";

export function Announcement({ text }: { text: string | null }) {
  const t = useT();
  // A message that was put aside; another one shows again.
  const [hidden, setHidden] = useState<string | null>(null);
  const isShown = text !== null && text !== "" && text !== hidden;
  return (
    <div className="announcement" role="status">
      {isShown && (
        <div className="box lift">
          <p>
            <small>{t("announcement")}</small>
            <bdi>{text}</bdi>
          </p>
          <Button kind="quiet" aria-label={t("hide")} onClick={() => setHidden(text)}>
            <CrossIcon />
          </Button>
        </div>
      )}
      {text !== null && text !== "" && !isShown && (
        <Button className="again" aria-label={t("show")} onClick={() => setHidden(null)}>
          <span aria-hidden="true">!</span>
        </Button>
      )}
    </div>
  );
}
