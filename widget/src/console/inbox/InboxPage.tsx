import { Empty } from "../ui";
import { InboxIcon } from "../ui/icons";

/** List, thread and context. */
export function InboxPage() {
  return (
    <div class="center">
      <Empty icon={<InboxIcon />} title="Conversations" />
    </div>
  );
}
