import { go, route } from "../../router";
import { Tabs } from "../../ui";
import { Page } from "../parts";
import { ArticleEditor } from "./ArticleEditor";
import { ArticleList } from "./ArticleList";
import { Unanswered } from "./Unanswered";
import "./knowledge.css";

const tabs = [
  { key: "articles", title: "Articles" },
  { key: "unanswered", title: "Unanswered questions" },
] as const;

type Tab = (typeof tabs)[number]["key"];

/**
 * `articles`: what the bot answers from and the help centre shows; `articles/unanswered`: what it could not answer;
 * `articles/new` and `articles/<id>`: the editor.
 */
export function ArticlesPage() {
  const { path, query } = route.value;
  const id = path.split("/")[1];
  if (id && id !== "unanswered") return <ArticleEditor key={`${id}?${query}`} id={id} />;
  const tab: Tab = id ? "unanswered" : "articles";
  return (
    <Page
      intro={
        tab === "articles"
          ? "What the bot answers from, and what the help centre shows. A change that is published holds at once."
          : "What customers asked and the bot could not answer, or not to their liking; the most frequent first."
      }
    >
      <Tabs
        label="Knowledge"
        tabs={[...tabs]}
        selected={tab}
        controls="knowledge"
        onSelect={(next) => go(next === "articles" ? "articles" : "articles/unanswered")}
      />
      <div id="knowledge" role="tabpanel" aria-label={tab === "articles" ? "Articles" : "Unanswered questions"}>
        {tab === "articles" ? <ArticleList /> : <Unanswered />}
      </div>
    </Page>
  );
}
