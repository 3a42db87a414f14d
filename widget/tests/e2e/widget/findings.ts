/** What axe-core says of the widget. */
import type { Page } from "@playwright/test";
import { createRequire } from "node:module";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The serious and critical findings in the widget. */
export async function findings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  return page.evaluate(async () => {
    const { violations } = await (window as any).axe.run("chat-widget");
    const grave = violations.filter((violation: any) => ["serious", "critical"].includes(violation.impact));
    const says = (node: any) => `${node.target.join(" ")} ${node.any.map((one: any) => one.message).join("; ")}`;
    return grave.map((violation: any) => `${violation.id}: ${violation.nodes.map(says).join(" | ")}`);
  });
}
