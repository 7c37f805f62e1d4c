// Gives a person another name, or another part: spectators watch and are not waited for.

import type { EditParticipant } from "../../../api/schema";
import { api, call } from "../server";

export function editPerson(session: string, person: string, change: EditParticipant) {
  const params = { path: { id: session, pid: person } };
  return call(api.PATCH("/api/v1/sessions/{id}/participants/{pid}", { params, body: change }));
}
