// What the admin page, the editors and the reports say.

export const en = {
  page_title: "Sessions",
} as const;
