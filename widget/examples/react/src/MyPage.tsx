import { type ChatBotHandle, EnhancedChatBot } from "@switchboard/widget/react";
import { useRef, useState } from "react";

/** Where the chat server is: VITE_API_BASE when this is built, or `make run`'s. */
const apiBase = import.meta.env["VITE_API_BASE"] ?? "http://127.0.0.1:8000";

/** The guide's page, with a button of its own for the chat. */
export function MyPage() {
  const chat = useRef<ChatBotHandle>(null);
  const [conversation, setConversation] = useState<string | null>(null);
  const [unread, setUnread] = useState(0);
  return (
    <div className="site">
      <h1>Northwind Bicycles</h1>
      <p>A page in React. The chat in the corner is Switchboard's.</p>
      <button type="button" onClick={() => chat.current?.open()}>
        Ask us{unread > 0 && ` (${unread} new)`}
      </button>
      <p className="facts">
        Conversation: <output>{conversation ?? "none yet"}</output>
      </p>
      <EnhancedChatBot
        ref={chat}
        apiBase={apiBase}
        botName="My Bot"
        position="bottom-right"
        onConversationChange={(id) => {
          console.log("New conversation:", id);
          setConversation(id);
        }}
        onUnread={setUnread}
      />
    </div>
  );
}
