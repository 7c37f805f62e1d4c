// What the host tells everybody. Over the page, so that nothing moves; it can be put aside.

import { type ReactNode, useEffect, useState } from "react";

import { Button } from "../../components/Button";
import { CrossIcon } from "../../components/icons";
import { useT } from "../../i18n/participant/room";

type Props = {
  text: string | null;
  /** What else is over the page. */
  children?: ReactNode;
};

export function Announcement({ text, children }: Props) {
  const t = useT();
  // A message that was put aside; another one shows again.
  const [hidden, setHidden] = useState<string | null>(null);
  const isThere = text !== null && text !== "";
  const isShown = isThere && text !== hidden;
  // What is said once more after it was taken away is said anew.
  useEffect(() => {
    if (!isThere) setHidden(null);
  }, [isThere]);
  return (
    <div className={`announcement ${isThere && !isShown ? "put-aside" : ""}`} role="status">
      {children}
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
      {isThere && !isShown && (
        <Button className="again" aria-label={t("show")} onClick={() => setHidden(null)}>
          <span aria-hidden="true">!</span>
        </Button>
      )}
    </div>
  );
}
