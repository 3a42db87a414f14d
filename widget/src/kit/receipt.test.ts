import { expect, test } from "vitest";
import type { Message } from "../wire/schema";
import { receiptOf, tickOf } from "./receipt";

const message = (status: string, seq = 5) => ({ status, seq }) as Message;

test("a receipt is what the server says", () => {
  expect(receiptOf(message("sent"))).toBe("sent");
  expect(receiptOf(message("delivered"))).toBe("delivered");
  expect(receiptOf(message("read"))).toBe("read");
});

test("or what others have told since, whichever is further", () => {
  expect(receiptOf(message("sent"), 4, 5)).toBe("delivered");
  expect(receiptOf(message("sent"), 5, 5)).toBe("read");
  expect(receiptOf(message("read"), 0, 0)).toBe("read");
  expect(receiptOf(message("sent", 6), 5, 5)).toBe("sent");
});

test("a clock until it is durable, then one tick, then two", () => {
  expect((["queued", "sending", "sent", "delivered", "read"] as const).map(tickOf)).toEqual([
    "clock",
    "clock",
    "check",
    "checks",
    "checks",
  ]);
});
