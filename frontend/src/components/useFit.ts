// Sets what stands in a box smaller until all of it is seen: people can't scroll a big screen.

import { type RefObject, useLayoutEffect, useRef } from "react";

/** `data-fit` goes from 0 to this; what each step does is for the style sheets to say. */
const LAST_STEP = 4;

/** Fractions of a pixel are nothing that is missing. */
const SLACK_PX = 1;

type Fit<Whole, Box> = { whole: RefObject<Whole | null>; box: RefObject<Box | null> };

/** Fits `box` by steps on `whole`, anew where `key` or the size of `box` changes. Otherwise things
 * only get smaller, so that nothing goes to and fro while answers come in. */
export function useFit<Whole extends HTMLElement, Box extends HTMLElement>(
  key: string,
): Fit<Whole, Box> {
  const whole = useRef<Whole>(null);
  const box = useRef<Box>(null);
  const fitted = useRef<string | null>(null);

  useLayoutEffect(() => {
    if (whole.current === null || box.current === null) return;
    if (fitted.current !== key) whole.current.dataset["fit"] = "0";
    fitted.current = key;
    shrink(whole.current, box.current);
  });

  useLayoutEffect(() => {
    const watched = box.current;
    if (watched === null) return;
    const again = () => {
      if (whole.current === null) return;
      whole.current.dataset["fit"] = "0";
      shrink(whole.current, watched);
    };
    const watch = new ResizeObserver(again);
    watch.observe(watched);
    void document.fonts?.ready.then(again);
    return () => watch.disconnect();
  }, []);

  return { whole, box };
}

function shrink(whole: HTMLElement, box: HTMLElement): void {
  let step = Number(whole.dataset["fit"]);
  while (step < LAST_STEP && isCut(box)) {
    step += 1;
    whole.dataset["fit"] = String(step);
  }
}

function isCut({ scrollHeight, clientHeight }: HTMLElement): boolean {
  return scrollHeight > clientHeight + SLACK_PX;
}
