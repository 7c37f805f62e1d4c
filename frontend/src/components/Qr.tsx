// The code to scan, drawn by the server. Always dark on light: many readers know nothing else.

import "./qr.css";

import { href } from "../api/base";
import { formatCode } from "../i18n/format";
import { useT } from "../i18n/shared";

export function Qr({ session, code }: { session: string; code: string }) {
  const t = useT();
  return (
    <img
      className="qr"
      src={href(`api/v1/sessions/${session}/qr.svg`)}
      alt={t("qr_label", { code: formatCode(code) })}
      width="256"
      height="256"
      draggable={false}
    />
  );
}
