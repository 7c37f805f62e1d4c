// How planning poker is made: its stories, which may be none, and its deck.

import { useState } from "react";

import type { Deck, NamedDeck, PokerConfigInput, StoryInput } from "../../api/schema";
import { Check } from "../../components/Check";
import { Duration } from "../../components/Duration";
import type { EditorProps } from "../../components/editing";
import { TextField } from "../../components/Field";
import { Rows } from "../../components/Rows";
import { Select } from "../../components/Select";
import { usePasting } from "../../components/usePasting";
import { useT } from "../../i18n/admin";
import { cardsIn, DECKS, MOST_STORIES } from "./decks";

type Props = EditorProps<PokerConfigInput>;

export function Editor(props: Props) {
  const { config, onChange, wrong, lock } = props;
  const t = useT();
  const set = (change: Partial<PokerConfigInput>) => onChange({ ...config, ...change });
  return (
    <div className="editor">
      <Stories {...props} />
      <fieldset className="editor" disabled={lock !== "none"}>
        <legend className="unseen">{t("type_poker")}</legend>
        <DeckFields
          deck={config.deck ?? "fibonacci"}
          wrong={wrong("/config/deck")}
          onChange={(deck) => set({ deck })}
        />
        <Check
          label={t("auto_reveal")}
          hint={t("auto_reveal_hint")}
          isOn={config.auto_reveal ?? false}
          onChange={(auto_reveal) => set({ auto_reveal })}
        />
        <Check
          label={t("allow_change")}
          isOn={config.allow_change ?? true}
          onChange={(allow_change) => set({ allow_change })}
        />
        <Check
          label={t("poker_names")}
          isOn={config.show_names ?? true}
          onChange={(show_names) => set({ show_names })}
        />
        <Duration
          value={config.duration_s}
          wrong={wrong("/config/duration_s")}
          onChange={(duration_s) => set({ duration_s })}
        />
      </fieldset>
    </div>
  );
}

function Stories({ config, onChange, wrong, lock, saved, onLook }: Props) {
  const t = useT();
  const fixed = lock === "append" ? saved : 0;
  const items = config.stories ?? [];
  const setStories = (stories: StoryInput[]) => onChange({ ...config, stories });
  const pasteAt = usePasting<StoryInput>({
    items,
    onChange: setStories,
    max: MOST_STORIES,
    isBlank: ({ title, link }) => title.trim() === "" && !link,
    fresh: (title) => ({ title }),
  });
  return (
    <Rows<StoryInput>
      label={t("stories")}
      items={items}
      onChange={setStories}
      fresh={lock === "all" ? undefined : () => ({ title: "" })}
      addLabel={t("add_story")}
      max={MOST_STORIES}
      fixed={lock === "all" ? MOST_STORIES : fixed}
      wrong={wrong("/config/stories")}
      pointer="/config/stories"
      name={(index) => t("story_n", { n: index + 1 })}
    >
      {(story, index, setStory) => (
        <fieldset
          className="story-row"
          disabled={lock === "all" || index < fixed}
          onFocusCapture={() => onLook?.(index)}
        >
          <legend className="unseen">{t("story_n", { n: index + 1 })}</legend>
          <TextField
            label={t("story_n", { n: index + 1 })}
            wrong={wrong(`/config/stories/${index}/title`)}
            data-pointer={`/config/stories/${index}/title`}
            hint={lock !== "all" && index === fixed && t("paste_hint")}
            maxLength={300}
            value={story.title}
            onPaste={pasteAt(index)}
            onChange={(event) => setStory({ ...story, title: event.currentTarget.value })}
          />
          <TextField
            label={t("story_link")}
            wrong={wrong(`/config/stories/${index}/link`)}
            data-pointer={`/config/stories/${index}/link`}
            type="url"
            maxLength={2000}
            value={story.link ?? ""}
            onChange={(event) => setStory({ ...story, link: event.currentTarget.value || null })}
          />
        </fieldset>
      )}
    </Rows>
  );
}

function DeckFields({
  deck,
  wrong,
  onChange,
}: {
  deck: Deck;
  wrong: string | undefined;
  onChange: (deck: Deck) => void;
}) {
  const t = useT();
  const own = Array.isArray(deck) ? deck : null;
  const [typed, type] = useState(own?.join(" ") ?? "");
  const text = own === null || cardsIn(typed).join() === own.join() ? typed : own.join(" ");
  const choices = [
    ...(Object.keys(DECKS) as NamedDeck[]).map(
      (name) => [name, `${t(`deck_${name}`)}: ${DECKS[name]}`] as const,
    ),
    ["own", t("deck_own")] as const,
  ];
  return (
    <>
      <Select
        label={t("deck")}
        hint={t("deck_hint")}
        wrong={own === null ? wrong : undefined}
        pointer="/config/deck"
        value={own === null ? (deck as NamedDeck) : "own"}
        options={choices}
        onChange={(name) => onChange(name === "own" ? cardsIn(typed) : name)}
      />
      {own !== null && (
        <TextField
          label={t("deck_cards")}
          hint={t("deck_cards_hint")}
          wrong={wrong}
          data-pointer="/config/deck"
          value={text}
          onChange={(event) => {
            type(event.currentTarget.value);
            onChange(cardsIn(event.currentTarget.value));
          }}
        />
      )}
    </>
  );
}
