// Which language the page speaks.

import { type Language, LANGUAGES, setLanguage, useLanguage } from "../i18n/language";
import { useT } from "../i18n/shared";

export function LanguageSwitch() {
  const t = useT();
  const language = useLanguage();
  return (
    <select
      className="input language"
      aria-label={t("language")}
      value={language}
      onChange={(event) => setLanguage(event.currentTarget.value as Language)}
    >
      {(Object.keys(LANGUAGES) as Language[]).map((each) => (
        <option key={each} value={each} lang={each}>
          {LANGUAGES[each]}
        </option>
      ))}
    </select>
  );
}
