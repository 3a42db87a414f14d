import { InboxPage } from "./inbox/InboxPage";
import { go, openConversation, route } from "./router";
import { me } from "./session";
import { Shell } from "./shell/Shell";
import { SignIn } from "./shell/SignIn";
import { pages } from "./shell/pages";
import { Button, Empty, Spinner } from "./ui";

export function App() {
  if (!me.value) return <SignIn />;
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
