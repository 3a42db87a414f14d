// node scripts/schema.mjs: writes src/wire/schema.ts, the types of what the front end asks and gets, from openapi.json.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

/** What the front end names; what these refer to comes along. The other dialects' bodies are nothing to it. */
const NAMED = [
  "Account_string",
  "Article",
  "ArticleContent",
  "ArticleImage",
  "ArticlePage",
  "ArticleStatus",
  "ArticleVersion",
  "Attachment",
  "CannedReply",
  "Changes",
  "Conversation",
  "ConversationCounts",
  "ConversationKind",
  "ConversationPage",
  "ConversationStatus",
  "ConversationSummary",
  "CreateUser",
  "CreatedWebhook",
  "Customer",
  "ExampleArticles",
  "FieldError",
  "Figures",
  "Job",
  "JobPage",
  "JobQueue",
  "JobState",
  "Label",
  "ListedArticle",
  "Message",
  "Note",
  "Notification",
  "NotificationPage",
  "Participant",
  "PriorityWord",
  "Prompt",
  "PushKey",
  "SearchHit",
  "Sent",
  "Session_string",
  "Source",
  "StaffMember",
  "SuggestedResponse",
  "TracedAnswer",
  "TriedAnswer",
  "UpdateConversation",
  "UpdateUser",
  "User",
  "UserDepartment",
  "UserRole",
  "ViewWord",
  "Webhook",
  "WebhookAttempt",
  "WebhookDelivery",
  "WriteArticle",
  "WriteArticleContent",
  "WriteCannedReply",
];

const FILE = fileURLToPath(new URL("../src/wire/schema.ts", import.meta.url));
const SOURCE = fileURLToPath(new URL("../../openapi/openapi.json", import.meta.url));
const HEAD = "// Written by `npm run schema` from openapi/openapi.json; a test generates it again and compares.\n\n";

/** The text that schema.ts has to have. */
export async function schema() {
  const { openapi, info, components } = JSON.parse(readFileSync(SOURCE, "utf8"));
  const schemas = {};
  const take = (name) => {
    if (schemas[name]) return;
    schemas[name] = components.schemas[name];
    if (!schemas[name]) throw new Error(`openapi.json has no schema ${name}`);
    for (const [, next] of JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) take(next);
  };
  for (const name of NAMED) take(name);
  const part = { openapi, info, paths: {}, components: { schemas } };
  return HEAD + astToString(await openapiTS(part, { rootTypes: true, rootTypesNoSchemaPrefix: true }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, await schema());
