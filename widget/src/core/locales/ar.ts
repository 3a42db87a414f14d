import { type Words, en } from "./en";

export const ar: Words = { ...en };
