// What the big screen and the activities' runner views say.

export const en = {
  page_title: "Big screen",
} as const;
