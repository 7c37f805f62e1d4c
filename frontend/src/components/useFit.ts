// Sets what stands in a box smaller until all of it is seen: people can't scroll a big screen.

import { type RefObject, useLayoutEffect, useRef } from "react";

/** `data-fit` goes from 0 to this; what each step does is for the style sheets to say. */
const LAST_STEP = 6;

/** Fractions of a pixel are nothing that is missing. */
const SLACK_PX = 1;

type Fit<Whole, Box> = { whole: RefObject<Whole | null>; box: RefObject<Box | null> };

/** Fits `box` by steps on `whole`, which is `cut` where the last one is not enough: anew where
 * `key` or the size of `box` changes. Otherwise things only get smaller, so that nothing goes to and fro while answers come in. */
export function useFit<Whole extends HTMLElement, Box extends HTMLElement>(
  key: string,
): Fit<Whole, Box> {
  const whole = useRef<Whole>(null);
  const box = useRef<Box>(null);

  useLayoutEffect(() => {
    const [outer, inner] = [whole.current, box.current];
    if (outer === null || inner === null) return;
    const again = () => {
      outer.dataset["fit"] = "0";
      shrink(outer, inner);
    };
    again();
    // Tells of the first size at once, too.
    const size = new ResizeObserver(again);
    size.observe(inner);
    let next = 0;
    const contents = new MutationObserver(() => {
      // With the layout that the picture needs anyway; one at once would be one more.
      cancelAnimationFrame(next);
      next = requestAnimationFrame(() => shrink(outer, inner));
    });
    contents.observe(inner, { childList: true, characterData: true, subtree: true });
    void document.fonts?.ready.then(again);
    return () => {
      size.disconnect();
      contents.disconnect();
      cancelAnimationFrame(next);
    };
  }, [key]);

  return { whole, box };
}

function shrink(whole: HTMLElement, box: HTMLElement): void {
  let step = Number(whole.dataset["fit"]);
  while (step < LAST_STEP && isCut(box)) {
    step += 1;
    whole.dataset["fit"] = String(step);
  }
  whole.classList.toggle("cut", isCut(box));
}

function isCut(box: HTMLElement): boolean {
  return (
    box.scrollHeight > box.clientHeight + SLACK_PX || box.scrollWidth > box.clientWidth + SLACK_PX
  );
}
