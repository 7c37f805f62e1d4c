// Rows that people add, edit, put in order and take away, by keyboard as well as by hand.

import "./rows.css";

import { type ReactNode, useLayoutEffect, useRef, useState } from "react";

import { useT } from "../i18n/admin";
import { Button } from "./Button";
import { Confirm } from "./Dialog";
import { LiveRegion } from "./Live";
import { DownIcon, PlusIcon, TrashIcon, UpIcon } from "./icons";
import { moved, replaced, without } from "./order";

type Props<Item> = {
  label: string;
  items: readonly Item[];
  onChange: (items: Item[]) => void;
  /** What a new row holds; without it nothing can be added. */
  fresh?: (() => Item) | undefined;
  addLabel: string;
  min?: number;
  max: number;
  /** What a row is called in the labels of its buttons. */
  name: (index: number) => string;
  /** Rows before this one stay as they are. */
  fixed?: number;
  wrong?: string | undefined;
  /** Each row is a form of its own. */
  isTall?: boolean;
  /** Rows in which much is written are not taken away without a question. */
  isBlank?: (item: Item) => boolean;
  pointer?: string;
  children: (item: Item, index: number, set: (item: Item) => void) => ReactNode;
};

type Aim = { index: number; what: "up" | "down" | "input" | "add" };

export function Rows<Item>(props: Props<Item>) {
  const { label, items, onChange, fresh, addLabel, min = 0, max, name, fixed = 0, wrong } = props;
  const t = useT();
  const list = useRef<HTMLDivElement>(null);
  const aim = useRef<Aim | null>(null);
  const [said, say] = useState("");
  const [doomed, doom] = useState<number | null>(null);
  useLayoutEffect(() => {
    const at = aim.current;
    if (at === null || list.current === null) return;
    aim.current = null;
    targetOf(list.current, at)?.focus();
  });

  function change(next: Item[], then: Aim): void {
    aim.current = then;
    onChange(next);
  }
  function move(from: number, to: number): void {
    const isLast = to === (to > from ? items.length - 1 : fixed);
    const what = to > from === isLast ? "up" : "down";
    change(moved(items, from, to), { index: to, what });
    say(t("rows_moved", { name: name(from), place: to + 1, of: items.length }));
  }
  function add(): void {
    if (fresh) change([...items, fresh()], { index: items.length, what: "input" });
  }
  function remove(index: number): void {
    const next = without(items, index);
    say(t("rows_removed", { name: name(index) }));
    change(next, { index: Math.min(index, next.length - 1), what: next.length ? "input" : "add" });
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be a grid in older browsers
    <div className={props.isTall ? "rows tall" : "rows"} role="group" aria-label={label} ref={list}>
      <p className="rows-label" aria-hidden="true">
        {label}
      </p>
      <ul>
        {items.map((item, index) => (
          // By their place: what is new has no id yet.
          <li key={index} data-row={index}>
            <div className="rows-body">
              {props.children(item, index, (next) => onChange(replaced(items, index, next)))}
            </div>
            <div className="rows-acts">
              <Button
                kind="quiet"
                size="small"
                data-act="up"
                aria-label={t("move_up", { name: name(index) })}
                isDisabled={index <= fixed}
                onClick={() => move(index, index - 1)}
              >
                <UpIcon />
              </Button>
              <Button
                kind="quiet"
                size="small"
                data-act="down"
                aria-label={t("move_down", { name: name(index) })}
                isDisabled={index < fixed || index === items.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <DownIcon />
              </Button>
              <Button
                kind="quiet"
                size="small"
                aria-label={t("remove_row", { name: name(index) })}
                isDisabled={index < fixed || items.length <= min}
                onClick={() => (props.isBlank?.(item) === false ? doom(index) : remove(index))}
              >
                <TrashIcon />
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <p className="wrong" role="alert">
        {wrong}
      </p>
      {fresh && items.length < max && (
        <Button size="small" data-act="add" data-pointer={props.pointer} onClick={add}>
          <PlusIcon />
          {addLabel}
        </Button>
      )}
      <LiveRegion>{said}</LiveRegion>
      {doomed !== null && (
        <Confirm
          title={t("remove_row_title", { name: name(doomed) })}
          action={t("remove_row", { name: name(doomed) })}
          onConfirm={() => remove(doomed)}
          onClose={() => doom(null)}
        >
          <p>{t("remove_row_text")}</p>
        </Confirm>
      )}
    </div>
  );
}

function targetOf(list: HTMLElement, { index, what }: Aim): HTMLElement | null {
  if (what === "add") return list.querySelector<HTMLElement>(":scope > [data-act='add']");
  const row = list.querySelector<HTMLElement>(`:scope > ul > [data-row="${index}"]`);
  const inside = what === "input" ? "input, textarea, select" : `[data-act="${what}"]`;
  return row?.querySelector<HTMLElement>(inside) ?? null;
}
