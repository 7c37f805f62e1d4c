// What a page or a part of it is called: at its head, and in the browser's tab. Who comes there from
// another has the focus on it, so that a screen reader says where they are.

import { type ReactNode, useEffect, useRef } from "react";

let at: string | null = null;

/** Whether this is another place than before; where the page was opened the browser says it itself. */
function arrive(place: string): boolean {
  const isMove = at !== null && at !== place;
  at = place;
  return isMove;
}

export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, "Caja"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** A place whose first field takes the focus. */
export function usePlace(place: string, ...title: readonly string[]): void {
  useTitle(...title);
  useEffect(() => void arrive(place), [place]);
}

export function Heading({
  place,
  title,
  children,
}: {
  place: string;
  title: readonly string[];
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(...title);
  useEffect(() => {
    if (arrive(place)) heading.current?.focus();
  }, [place]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
