/** @vitest-environment node */
/** @jsxImportSource react */
import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { ChatBot, EnhancedChatBot } from "./index";

test("there is no window on the server, and the component renders its bare tag", () => {
  expect(typeof window).toBe("undefined");
  expect(renderToString(<ChatBot />)).toBe("<chat-widget></chat-widget>");
  expect(
    renderToString(
      <EnhancedChatBot
        botName="My Bot"
        position="bottom-left"
        apiBase="https://chat.example.com/"
        className="chat"
        disabled
        onOpen={() => {}}
      />,
    ),
  ).toBe(
    '<chat-widget api-base="https://chat.example.com" bot-name="My Bot" position="bottom-left" class="chat" ' +
      'disabled="" theme="auto"></chat-widget>',
  );
});

test("what a site puts into an attribute stays in it", () => {
  expect(renderToString(<ChatBot botName={'"><script>alert(1)</script>'} />)).not.toContain("<script>");
});
