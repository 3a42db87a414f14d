import { type Words, en } from "./en";

export const es: Words = { ...en };
