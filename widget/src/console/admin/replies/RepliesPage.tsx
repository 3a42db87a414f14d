import { go, route } from "../../router";
import { Tabs } from "../../ui";
import { Page } from "../parts";
import { CannedReplies } from "./CannedReplies";
import { Labels } from "./Labels";
import "./replies.css";

const tabs = [
  { key: "canned", title: "Canned replies" },
  { key: "labels", title: "Labels" },
] as const;

type Tab = (typeof tabs)[number]["key"];

/**
 * `replies`: texts that are put into an answer by their shortcut; `replies/labels`: what conversations are sorted by.
 */
export function RepliesPage() {
  const tab: Tab = route.value.path.split("/")[1] === "labels" ? "labels" : "canned";
  return (
    <Page
      intro={
        tab === "canned"
          ? "Texts that everybody can put into an answer: type / and the shortcut."
          : "What conversations are sorted by. Customers never see labels."
      }
    >
      <Tabs
        label="Canned replies and labels"
        tabs={[...tabs]}
        selected={tab}
        controls="replies"
        onSelect={(next) => go(next === "labels" ? "replies/labels" : "replies")}
      />
      <div id="replies" role="tabpanel" aria-label={tab === "canned" ? "Canned replies" : "Labels"}>
        {tab === "canned" ? <CannedReplies /> : <Labels />}
      </div>
    </Page>
  );
}
