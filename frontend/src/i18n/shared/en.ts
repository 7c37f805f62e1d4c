// What the shared components say.

export const en = {
  stale: "Reconnecting …",
  offline: "No connection. This is the last we know; it goes on by itself.",
  answer_sending: "Sending …",
  answer_waiting: "Waiting for connection",
  answer_busy: "A lot is going on here; still trying",
  answer_saved: "Your answer is in",
  answer_refused: "Not accepted",
  language: "Language",
  close: "Close",
  cancel: "Cancel",
  broken: "Something went wrong on this page",
  reload: "Reload",
  qr_label: "QR code to join with code {code}",
  seconds_left: { one: "{count} second left", other: "{count} seconds left" },
  time_is_up: "Time is up",
  bar: { one: "{label}: {count} vote, {share}", other: "{label}: {count} votes, {share}" },
  votes: { one: "{count} vote, {share}", other: "{count} votes, {share}" },
  bar_correct: "Right answer",
} as const;
