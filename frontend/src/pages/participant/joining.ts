// Asking for a session and for a place in it.

import { baseUrl } from "../../api/base";
import { ask, connect } from "../../api/client";
import { suggestLanguage } from "../../i18n/language";

const nobody = connect(baseUrl);

/** From then on the page speaks the session's language. */
export async function invite(code: string) {
  const asked = await ask(nobody.GET("/api/v1/join/{code}", { params: { path: { code } } }));
  if (asked.ok) suggestLanguage(asked.data.locale);
  return asked;
}

/** Whether a name is free, before anybody takes it. */
export function check(id: string, nickname: string) {
  return ask(
    nobody.GET("/api/v1/sessions/{id}/nicknames/{nickname}", {
      params: { path: { id, nickname } },
    }),
  );
}

/** The same `client_id` again gives the same person, so it may be asked again when nothing came. */
export function join(id: string, nickname: string, client_id: string) {
  return ask(
    nobody.POST("/api/v1/sessions/{id}/participants", {
      params: { path: { id } },
      body: { nickname, client_id },
    }),
  );
}
