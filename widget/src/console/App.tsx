import { useEffect } from "preact/hooks";
import { forgetDirectories } from "./desk/directory";
import { InboxPage } from "./inbox/InboxPage";
import { forgetList } from "./inbox/list";
import { openInbox } from "./inbox/live";
import { listenToKeys } from "./keys/shortcuts";
import { go, openConversation, route } from "./router";
import { me } from "./session";
import { Shell } from "./shell/Shell";
import { SignIn } from "./shell/SignIn";
import { pages } from "./shell/pages";
import { Button, Empty, Spinner } from "./ui";

export function App() {
  return me.value ? <Desk key={me.value.id} /> : <SignIn />;
}

/** What is there for who is signed in; all of it goes with them. */
function Desk() {
  useEffect(() => {
    const ends = [openInbox(), listenToKeys()];
    return () => {
      ends.forEach((end) => end());
      forgetList();
      forgetDirectories();
    };
  }, []);
  if (route.value.path === "" || openConversation()) {
    return (
      <Shell title="Conversations">
        <InboxPage />
      </Shell>
    );
  }
  const page = pages.value?.find((one) => one.path === route.value.path.split("/")[0]);
  return <Shell title={page?.title ?? "Switchboard"}>{page ? <page.Component /> : <Elsewhere />}</Shell>;
}

function Elsewhere() {
  if (!pages.value) {
    return (
      <div class="center">
        <Spinner />
      </div>
    );
  }
  return (
    <div class="center">
      <Empty title="There is nothing here">
        <p>The page does not exist, or it is for administrators.</p>
        <Button variant="primary" onClick={() => go("")}>
          To the conversations
        </Button>
      </Empty>
    </div>
  );
}
