import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { challengeIn, prove, zeros } from "./proof";

const reference = (text: string): number => Math.clz32(createHash("sha256").update(text).digest().readUInt32BE(0));

test("the hash is SHA-256", () => {
  for (let n = 0; n < 2000; n++) {
    const text = "0123456789abcdef.".repeat(4).slice(0, n % 50) + n;
    expect(zeros(text)).toBe(reference(text));
  }
});

test("a proof solves each part, and begins with the token", async () => {
  const challenge = { token: `1900000000.aabbccdd.${"0f".repeat(16)}`, parts: 8, bits: 8 };
  const [token, numbers] = (await prove(challenge)).split(":");
  expect(token).toBe(challenge.token);
  const found = numbers!.split(",");
  expect(found).toHaveLength(8);
  found.forEach((number, part) => expect(reference(`${"0f".repeat(16)}.${part}.${number}`)).toBeGreaterThanOrEqual(8));
});

test("only a whole challenge is one", () => {
  expect(challengeIn({ challenge: { token: "t", parts: 8, bits: 12 } })).toEqual({ token: "t", parts: 8, bits: 12 });
  for (const body of [
    undefined,
    {},
    { challenge: null },
    { challenge: { token: "t" } },
    { challenge: { token: 1, parts: 8, bits: 12 } },
  ])
    expect(challengeIn(body)).toBeUndefined();
});
