// How each page starts.

import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Boundary } from "./Boundary";

export function mount(page: ReactNode): void {
  const place = document.getElementById("page");
  if (place === null) throw new Error("the page has no place to be shown in");
  createRoot(place).render(
    <StrictMode>
      <Boundary>{page}</Boundary>
    </StrictMode>,
  );
}
