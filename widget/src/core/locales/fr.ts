import { type Words, en } from "./en";

export const fr: Words = { ...en };
