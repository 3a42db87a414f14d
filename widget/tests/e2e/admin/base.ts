export { type Server, expect, screenshot, test } from "../server";
export type { Page } from "@playwright/test";
