export { type Server, expect, screenshot, test } from "../server";
export type { Locator, Page } from "@playwright/test";
