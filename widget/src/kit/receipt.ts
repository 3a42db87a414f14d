import type { Message } from "../wire/schema";
import type { IconName } from "./icons";

/** How far a message of ours has got. */
export type Receipt = "queued" | "sending" | "sent" | "delivered" | "read";

/** The receipt of a stored message: the server's word on it, or what others have told of themselves since. */
export function receiptOf(message: Message, readByOthers = 0, deliveredToOthers = 0): Receipt {
  if (message.status === "read" || message.seq <= readByOthers) return "read";
  if (message.status === "delivered" || message.seq <= deliveredToOthers) return "delivered";
  return "sent";
}

/** The icon that says so: a clock until it is durable, a tick, two once it has arrived. */
export function tickOf(receipt: Receipt): Extract<IconName, "clock" | "check" | "checks"> {
  if (receipt === "queued" || receipt === "sending") return "clock";
  return receipt === "sent" ? "check" : "checks";
}
