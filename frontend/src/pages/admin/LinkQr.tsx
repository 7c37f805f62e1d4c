// A code to scan of a link that must not leave the page: drawn here, and not by the server.

import "../../components/qr.css";

import { useMemo } from "react";

import { qrCode } from "../../components/qr-code";

/** Around a code, so that readers find it. */
const QUIET = 4;

export function LinkQr({ link, label }: { link: string; label: string }) {
  const drawn = useMemo(() => {
    const rows = qrCode(link);
    const path = rows?.flatMap((row, y) =>
      row.flatMap((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : [])),
    );
    return rows && path ? { size: rows.length + 2 * QUIET, path: path.join("") } : null;
  }, [link]);
  if (drawn === null) return null;
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${drawn.size} ${drawn.size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path d={drawn.path} fill="#000" />
    </svg>
  );
}
