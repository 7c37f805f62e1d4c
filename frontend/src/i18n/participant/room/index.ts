import { dictionary } from "../../dictionary";
import { en } from "./en";
import { es } from "./es";

export const texts = dictionary({ en, es });
export const { useT } = texts;
