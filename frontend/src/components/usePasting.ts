// Several lines that are pasted into one row of a list become rows of their own.

import type { ClipboardEvent } from "react";

import { useT } from "../i18n/admin";
import { linesIn, replaced, withLines } from "./order";
import { toast } from "./Toast";

type Props<Item> = {
  items: readonly Item[];
  onChange: (items: Item[]) => void;
  max: number;
  isBlank: (item: Item) => boolean;
  fresh: (line: string) => Item;
};

/** `onPaste` of the field in the row at `index`. */
export function usePasting<Item>({ items, onChange, max, isBlank, fresh }: Props<Item>) {
  const t = useT();
  return (index: number) => (event: ClipboardEvent<HTMLInputElement>) => {
    const lines = linesIn(event.clipboardData?.getData("text") ?? "");
    if (lines.length < 2) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = event.currentTarget;
    const isReplaced = selectionStart === 0 && selectionEnd === value.length;
    const { rows, left } = withLines(
      isReplaced ? replaced(items, index, fresh("")) : items,
      index,
      lines.map(fresh),
      isBlank,
      max,
    );
    onChange(rows);
    toast(t("pasted_n", { count: lines.length - left }));
    if (left > 0) toast(t("pasted_left", { count: left }), "bad");
  };
}
