import { Chat } from "../../core/chat";
import { readOptions } from "../../core/options";
import { Panel } from "../../core/ui/Panel";
import { StatusLine } from "../../core/ui/StatusLine";
import widget from "../../core/ui/widget.css?inline";
import { View, ViewContext } from "../../core/view";
import { Both } from "./Frame";
import { CONVERSATION, MESSAGES, VISITOR } from "./samples";

/** A chat of the samples. It is never started: nothing is asked of a server, and what is sent waits. */
function sampleView(): View {
  const options = readOptions(document.createElement("chat-widget"), `${location.origin}/kit`);
  const view = new View(
    new Chat({ ...options, conversationId: CONVERSATION.id, botName: "Rosie", locale: "en" }, () => {}),
    options,
    () => {},
    () => {},
  );
  const { conversation } = view.chat.value;
  conversation.userId.value = VISITOR.id;
  conversation.timeline.addPage(MESSAGES);
  conversation.describe(CONVERSATION);
  conversation.isLoaded.value = true;
  return view;
}

/** The open panel: head, timeline, messages, composer. */
export function WidgetPanel() {
  return (
    <Both css={[widget]} isBare>
      {() => (
        <ViewContext.Provider value={sampleView()}>
          <div class="widget" dir="ltr" lang="en">
            <div class="panel">
              <Panel />
            </div>
          </div>
        </ViewContext.Provider>
      )}
    </Both>
  );
}

const NOTICES: ((view: View) => void)[] = [
  (view) => (view.notice.value = "That did not work. Please try again."),
  (view) => (view.chat.value.refusedBy.value = 4003),
  (view) => (view.chat.value.refusedBy.value = 4014),
];

/** What the widget says of itself: something failed, no access, the session is gone. */
export function WidgetNotices() {
  return (
    <Both css={[widget]} isBare>
      {() => (
        <div class="widget" dir="ltr" lang="en">
          {NOTICES.map((show, at) => {
            const view = sampleView();
            show(view);
            return (
              <ViewContext.Provider key={at} value={view}>
                <StatusLine />
              </ViewContext.Provider>
            );
          })}
        </div>
      )}
    </Both>
  );
}
