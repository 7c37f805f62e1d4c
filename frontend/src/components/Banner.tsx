// Something to know, in a box.

import "./sign.css";

import type { ReactNode } from "react";

/** `bad`: what went wrong; `good`: what went well. */
export function Banner({
  kind = "plain",
  children,
}: {
  kind?: "plain" | "good" | "bad";
  children: ReactNode;
}) {
  return (
    <div className={`banner box ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}
