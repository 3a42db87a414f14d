/** axe-core in a page. */
import { type Page, expect } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails on what axe finds serious or critical. */
export async function expectAccessible(page: Page): Promise<void> {
  // through the debugger: the page's policy lets no script in
  await page.evaluate(source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as any).axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter((one: any) => one.impact === "serious" || one.impact === "critical")
      .map((one: any) => {
        const says = (node: any) => `${node.target} (${node.any?.[0]?.message ?? node.failureSummary})`;
        return `${one.impact} ${one.id}: ${one.nodes.map(says).join("; ")}`;
      });
  });
  expect(found).toEqual([]);
}
