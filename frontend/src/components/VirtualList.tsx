// A list of any length that draws only what is seen. All rows have the same height.

import { type CSSProperties, type ReactNode, useLayoutEffect, useRef, useState } from "react";

import "./virtual.css";
import { drawn, windowOf } from "./virtual";

export function VirtualList({
  label,
  count,
  rowHeight,
  children,
  onWindow,
}: {
  label: string;
  count: number;
  rowHeight: number;
  children: (index: number) => ReactNode;
  /** Which rows are seen now: for loading what is missing. */
  onWindow?: (first: number, last: number) => void;
}) {
  const element = useRef<HTMLElement>(null);
  const [seen, see] = useState({ top: 0, height: 0 });
  const [focused, focus] = useState<number | null>(null);
  const measure = () => {
    const list = element.current;
    if (list === null) return;
    const { scrollTop: top, clientHeight: height } = list;
    see((before) => (before.top === top && before.height === height ? before : { top, height }));
  };
  useLayoutEffect(() => {
    measure();
    const list = element.current;
    if (list === null || typeof ResizeObserver === "undefined") return;
    const watching = new ResizeObserver(measure);
    watching.observe(list);
    return () => watching.disconnect();
  }, []);
  const window = windowOf(seen.top, seen.height, rowHeight, count);
  const told = useRef("");
  useLayoutEffect(() => {
    const now = `${window.first}-${window.last}-${count}`;
    if (told.current === now) return;
    told.current = now;
    onWindow?.(window.first, window.last);
  });
  const style = { "--rows": count, "--row": `${rowHeight}px` } as CSSProperties;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section ref={element} className="virtual" tabIndex={0} aria-label={label} onScroll={measure}>
      <ul style={style}>
        {drawn(window, focused, count).map((index) => (
          <li
            key={index}
            aria-setsize={count}
            aria-posinset={index + 1}
            style={{ "--at": index } as CSSProperties}
            onFocusCapture={() => focus(index)}
            onBlurCapture={() => focus(null)}
          >
            {children(index)}
          </li>
        ))}
      </ul>
    </section>
  );
}
