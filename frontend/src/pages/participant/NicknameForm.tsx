// A name that nobody else has: checked while it is typed, with others to take where it is taken.

import { type FormEvent, useEffect, useRef, useState } from "react";

import { draftOf } from "../../api/drafts";
import type { Joined } from "../../api/schema";
import { Button } from "../../components/Button";
import { TextField } from "../../components/Field";
import { oneLine } from "../../components/line";
import { useT } from "../../i18n/participant";
import { go } from "./address";
import { check, join } from "./joining";
import { identities } from "./who";
import { isFinal, wordsFor } from "./wording";

/** After the last key: somebody is thinking, not typing. */
const THINKING_MS = 400;

/** Characters of a name, where each is a single unit. */
const MOST = 40;

type Props = { session: string; onTyping: () => void; onJoined: (joined: Joined) => void };

type Verdict = { wrong?: string; isFree?: boolean; isFinal?: boolean; suggestions?: string[] };

export function NicknameForm({ session, onTyping, onJoined }: Props) {
  const t = useT();
  const draft = draftOf(session, "name");
  const [typed, setTyped] = useState(() => String(draft.read() ?? ""));
  const [verdict, setVerdict] = useState<Verdict>({});
  const [isJoining, setJoining] = useState(false);
  const nickname = oneLine(typed);
  // What is in the field while an answer is on its way.
  const present = useRef(nickname);

  const wrongWith = (problem: Parameters<typeof wordsFor>[0]) =>
    problem.status === 422 && nickname.length > MOST ? t("nickname_long") : wordsFor(problem, t);

  useEffect(() => {
    if (nickname === "") return;
    const id = setTimeout(async () => {
      const asked = await check(session, nickname);
      if (present.current !== nickname) return;
      if (!asked.ok) {
        // Only what is wrong with the name: anything else is for joining to find out.
        if (asked.problem.status === 422) setVerdict({ wrong: wrongWith(asked.problem) });
      } else if (asked.data.available) {
        setVerdict({ isFree: true });
      } else {
        setVerdict({ wrong: t("nickname_taken"), suggestions: asked.data.suggestions });
      }
    }, THINKING_MS);
    return () => clearTimeout(id);
  }, [nickname, session, t]);

  const type = (next: string) => {
    onTyping();
    setTyped(next);
    draft.write(next);
    setVerdict({});
    present.current = oneLine(next);
  };
  const enter = async (name: string) => {
    if (isJoining) return;
    if (name === "") return setVerdict({ wrong: t("nickname_empty") });
    setJoining(true);
    onTyping();
    const asked = await join(session, name, identities.clientId(session));
    if (asked.ok) return onJoined(asked.data);
    setJoining(false);
    // A later answer to an earlier question must not take the reason away.
    present.current = "";
    const { problem } = asked;
    const suggestions = "suggestions" in problem ? (problem.suggestions as string[]) : [];
    setVerdict({ wrong: wrongWith(problem), suggestions, isFinal: isFinal(problem.code) });
  };
  return (
    <form
      className="stack"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void enter(nickname);
      }}
    >
      <TextField
        className="nickname"
        label={t("nickname_label")}
        hint={!verdict.wrong && t(verdict.isFree ? "nickname_free" : "nickname_hint")}
        wrong={verdict.wrong}
        autoComplete="nickname"
        autoCapitalize="words"
        enterKeyHint="go"
        value={typed}
        onInput={(event) => type(event.currentTarget.value)}
      />
      {verdict.isFinal ? (
        <Button onClick={() => go(null)}>{t("code_other")}</Button>
      ) : (
        <Button type="submit" kind="primary">
          {t(isJoining ? "nickname_joining" : "nickname_go")}
        </Button>
      )}
      {verdict.suggestions && verdict.suggestions.length > 0 && (
        <div className="suggestions">
          {verdict.suggestions.map((name) => (
            <Button
              key={name}
              onClick={() => {
                type(name);
                void enter(name);
              }}
            >
              <bdi>{name}</bdi>
            </Button>
          ))}
        </div>
      )}
    </form>
  );
}
