import type { Translation } from "../dictionary";
import type { en } from "./en";

export const es: Translation<typeof en> = {
  page_title: "Pantalla grande",
};
