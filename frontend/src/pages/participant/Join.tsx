// The invitation, and a name.

import { useEffect, useState } from "react";

import type { JoinInvitation, Joined } from "../../api/schema";
import { Banner } from "../../components/Banner";
import { Button } from "../../components/Button";
import { formatCode } from "../../i18n/format";
import { useT } from "../../i18n/participant";
import { go } from "./address";
import { invite } from "./joining";
import { NicknameForm } from "./NicknameForm";
import { Outside } from "./Outside";
import { wordsFor } from "./wording";

type Props = {
  code: string;
  /** Where it is known already. */
  invitation: JoinInvitation | null;
  onTyping: () => void;
  onJoined: (joined: Joined) => void;
};

type Asked = { status: number; code: string; detail?: string | null };

export function Join({ code, invitation, onTyping, onJoined }: Props) {
  const t = useT();
  const [found, setFound] = useState(invitation);
  const [problem, setProblem] = useState<Asked | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (found !== null) return;
    let isOver = false;
    const look = async () => {
      const asked = await invite(code);
      if (isOver) return;
      if (asked.ok) setFound(asked.data);
      else setProblem(asked.problem);
    };
    void look();
    addEventListener("online", look);
    return () => {
      isOver = true;
      removeEventListener("online", look);
    };
  }, [code, found, tries]);

  if (found === null) {
    return (
      <Outside busy={problem === null && t("code_looking")}>
        {problem && (
          <>
            <h1>{t("join_title")}</h1>
            <Banner kind="bad">
              {problem.status === 404 ? t("code_unknown") : wordsFor(problem, t)}
            </Banner>
            {problem.status === 404 ? (
              <p className="num code-shown">{formatCode(code)}</p>
            ) : (
              <Button kind="primary" onClick={() => setTries(tries + 1)}>
                {t("try_again")}
              </Button>
            )}
            <OtherCode />
          </>
        )}
      </Outside>
    );
  }
  const isOver = found.status === "completed";
  return (
    <Outside>
      <h1 dir="auto">{found.name}</h1>
      {isOver ? (
        <>
          <Banner>{t("session_completed")}</Banner>
          <OtherCode />
        </>
      ) : (
        <>
          <p className="soft">
            {found.status === "draft"
              ? t("not_open")
              : t("in_here", { count: found.participant_count })}
          </p>
          <NicknameForm session={found.session_id} onTyping={onTyping} onJoined={onJoined} />
        </>
      )}
    </Outside>
  );
}

function OtherCode() {
  const t = useT();
  return <Button onClick={() => go(null)}>{t("code_other")}</Button>;
}
