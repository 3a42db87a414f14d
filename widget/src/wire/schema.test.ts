// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { schema } from "../../scripts/schema.mjs";

test("schema.ts is what openapi.json gives: npm run schema writes it", async () => {
  expect(readFileSync("src/wire/schema.ts", "utf8")).toBe(await schema());
});
