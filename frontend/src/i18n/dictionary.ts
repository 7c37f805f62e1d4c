// Texts by key, typed: `t("joined", { count: 3 })` compiles only if that text has that parameter.

import { useMemo } from "react";

import { formatNumber } from "./format";
import { type Language, useLanguage } from "./language";

/** A text, or one for each plural form; `{name}` stands for a parameter, `{count}` decides the form. */
export type Text = string | Plural;

type Plural = { readonly other: string } & {
  readonly [Form in Intl.LDMLPluralRule]?: string;
};

export type Texts = Readonly<Record<string, Text>>;

/** The same keys in another language. */
export type Translation<Source extends Texts> = {
  readonly [Key in keyof Source]: Source[Key] extends string ? string : Plural;
};

type NamesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

type NamesOf<T extends Text> = T extends string
  ? NamesIn<T>
  : T extends { readonly other: infer Other extends string }
    ? NamesIn<Other> | "count"
    : never;

type Params<T extends Text> = [NamesOf<T>] extends [never]
  ? []
  : [params: { [Name in NamesOf<T>]: Name extends "count" ? number : string | number }];

export type Translate<Source extends Texts> = <Key extends keyof Source & string>(
  key: Key,
  ...params: Params<Source[Key]>
) => string;

export type Dictionary<Source extends Texts> = {
  texts: Record<Language, Texts>;
  /** `t` in the present language; the component is drawn again when that changes. */
  useT(): Translate<Source>;
  in(language: Language): Translate<Source>;
};

export function dictionary<const Source extends Texts>(
  texts: { en: Source } & Record<Exclude<Language, "en">, Translation<Source>>,
): Dictionary<Source> {
  const translate = (language: Language): Translate<Source> => {
    const plural = new Intl.PluralRules(language);
    return (key, ...[params]) => {
      const values = (params ?? {}) as Record<string, string | number>;
      const text: Text = texts[language][key]!;
      const form = typeof text === "string" ? text : pick(text, plural, values["count"]);
      return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = values[name];
        return typeof value === "number" ? formatNumber(value, language) : (value ?? whole);
      });
    };
  };
  return {
    texts,
    in: translate,
    useT() {
      const language = useLanguage();
      return useMemo(() => translate(language), [language]);
    },
  };
}

function pick(text: Plural, plural: Intl.PluralRules, count: string | number | undefined): string {
  return text[plural.select(Number(count))] ?? text.other;
}
