// Asking for a session and for a place in it.

import { baseUrl } from "../../api/base";
import { ask, connect, patience } from "../../api/client";

const nobody = connect(baseUrl);

export function invite(code: string) {
  const params = { path: { code } };
  return ask(nobody.GET("/api/v1/join/{code}", { params, signal: patience() }));
}

/** Whether a name is free, before anybody takes it. */
export function check(id: string, nickname: string) {
  return ask(
    nobody.GET("/api/v1/sessions/{id}/nicknames/{nickname}", {
      params: { path: { id, nickname } },
      signal: patience(),
    }),
  );
}

/** The same `client_id` again gives the same person, so it may be asked again when nothing came. */
export function join(id: string, nickname: string, client_id: string) {
  return ask(
    nobody.POST("/api/v1/sessions/{id}/participants", {
      params: { path: { id } },
      body: { nickname, client_id },
      signal: patience(),
    }),
  );
}
