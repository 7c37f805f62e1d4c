import type { Translation } from "../dictionary";
import type { en } from "./en";

export const es: Translation<typeof en> = {
  stale: "Reconectando …",
  offline: "Sin conexión. Esto es lo último que sabemos; sigue por sí solo.",
  answer_sending: "Enviando …",
  answer_waiting: "Esperando conexión",
  answer_busy: "Aquí pasan muchas cosas; seguimos intentando",
  answer_saved: "Tu respuesta ha llegado",
  answer_refused: "No aceptada",
  language: "Idioma",
  close: "Cerrar",
  cancel: "Cancelar",
  broken: "Algo ha fallado en esta página",
  reload: "Recargar",
  qr_label: "Código QR para unirse con el código {code}",
  seconds_left: { one: "Queda {count} segundo", other: "Quedan {count} segundos" },
  time_is_up: "Se acabó el tiempo",
  bar: { one: "{label}: {count} voto, {share}", other: "{label}: {count} votos, {share}" },
  votes: { one: "{count} voto, {share}", other: "{count} votos, {share}" },
  bar_correct: "Respuesta correcta",
};
