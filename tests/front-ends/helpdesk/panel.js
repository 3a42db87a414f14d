// The admin's panel of the help desk's front end: figures, reports of misuse, documents for the bot.
import { $, guarded, h, oneOf, read } from "../lib.js";

const REPORT = {
  id: "text",
  report_id: "text",
  user_id: "text",
  username: "text",
  ticket_id: "string?",
  message_id: "string?",
  misuse_type: "text",
  severity_level: "text",
  detection_date: "time",
  content_samples: ["string"],
  action_taken: "string?",
  admin_reviewed: "boolean",
  reviewed_at: "time?",
  reviewed_by: "string?",
};
const HOURS = { avg_hours: "number", median_hours: "number", p95_hours: "number", total_resolved: "number" };
const CHART = { labels: ["text"], data: ["number"] };
const AGENT = { username: "text", assigned_tickets: "number", resolved_tickets: "number", resolution_rate: "number" };

// what is asked, what is read of the answer, and what is shown of it
const FIGURES = [
  [
    "overview?days=30",
    {
      analytics: {
        ticket_statistics: { total_tickets: "number", open_tickets: "number", resolved_tickets: "number" },
        user_statistics: { total_registered_users: "number", active_users: "number" },
        message_statistics: { total_messages: "number", bot_answers: "number" },
        misuse_statistics: { total_reports: "number", unreviewed_reports: "number" },
      },
    },
    ({ analytics: { ticket_statistics: tickets, user_statistics: users } }) =>
      `${tickets.total_tickets} tickets, ${tickets.open_tickets} open; ${users.total_registered_users} people`,
  ],
  [
    "trending-topics?days=30&limit=10",
    { topics_analysis: { trending_topics: [{ topic: "text", count: "number", percentage: "number" }] } },
    ({ topics_analysis: { trending_topics: topics } }) => topics.map((one) => `${one.topic} ${one.count}`).join(", "),
  ],
  [
    "flagged-users",
    {
      flagged_users_analytics: {
        flagged_users: [{ user_id: "text", username: "text", total_violations: "number", latest_violation: "time" }],
      },
    },
    ({ flagged_users_analytics: { flagged_users: users } }) =>
      users.map((one) => `${one.username} ${one.total_violations}`).join(", "),
  ],
  [
    "resolution-times?days=30",
    { resolution_analytics: { overall: HOURS, by_department: "object", by_urgency: "object" } },
    ({ resolution_analytics: { overall } }) => `${overall.total_resolved} resolved, median ${overall.median_hours} h`,
  ],
  [
    "dashboard-metrics",
    {
      dashboard_metrics: {
        charts: { status_distribution: CHART, urgency_distribution: CHART, daily_creation_trend: CHART },
        kpis: { total_tickets: "number", open_tickets: "number", resolution_rate: "number" },
      },
    },
    ({ dashboard_metrics: { kpis } }) => `${kpis.open_tickets} of ${kpis.total_tickets} open`,
  ],
  [
    "time-series?metric=tickets&days=7",
    { time_series_analytics: { metric: oneOf("tickets"), points: [{ date: "text", value: "number" }] } },
    ({ time_series_analytics: { points } }) => `${points.length} days: ${points.map((one) => one.value).join(" ")}`,
  ],
  [
    "performance-metrics",
    { performance_metrics: { agent_performance: { agents: [AGENT] }, department_efficiency: "object" } },
    ({ performance_metrics: { agent_performance } }) => `${agent_performance.agents.length} agents`,
  ],
];
const SYSTEM = { overall_health: "text", version: "text", components: "object" };

/** Shows the panel to an admin. */
export async function showPanel(api) {
  $("panel").hidden = false;
  const figures = h("dl", { "aria-label": "Figures" });
  const reports = h("ul", { "aria-label": "Misuse reports" });
  const documents = h("p", { role: "status", "aria-label": "Documents" });
  $("panel").replaceChildren(
    h("h2", {}, "Figures"),
    figures,
    h("h2", {}, "Misuse"),
    reports,
    h("h2", {}, "Documents"),
    h("label", {}, "Document ", upload(api, documents)),
    documents,
  );
  await showFigures(api, figures);
  await showReports(api, reports);
  await showDocuments(api, documents);
}

async function showFigures(api, list) {
  const show = (name, text) => list.append(h("dt", {}, name), h("dd", { "data-figure": name }, text));
  for (const [route, form, words] of FIGURES) {
    show(route.replace(/\?.*/, ""), words(await api.get(`/admin/analytics/${route}`, form)));
  }
  const system = await api.get("/admin/system-management", SYSTEM);
  show("system", `${system.overall_health}, version ${system.version}`);
}

async function showReports(api, list) {
  const page = await api.get("/admin/misuse-reports?page=1&limit=10", {
    reports: [REPORT],
    total_count: "number",
    page: oneOf(1),
    limit: oneOf(10),
    total_pages: "number",
  });
  list.replaceChildren(...page.reports.map((report) => row(api, list, report)));
}

function row(
  api,
  list,
  { report_id, username, misuse_type, severity_level, content_samples, admin_reviewed, reviewed_by },
) {
  const line = h("li", { "data-reviewed": admin_reviewed });
  line.append(`${username}: ${misuse_type} (${severity_level}) ${content_samples.join(" / ").slice(0, 80)} `);
  if (admin_reviewed) {
    line.append(h("small", {}, `reviewed by ${reviewed_by}`));
    return line;
  }
  const review = async () => {
    await api.get(`/admin/misuse-reports/${report_id}`, REPORT);
    const body = { action_taken: "warned", notes: "seen" };
    const done = await api.call("POST", `/admin/misuse-reports/${report_id}/mark-reviewed`, body, 200);
    read(done, { message: "text", reviewed_at: "time" }, "mark-reviewed");
    await showReports(api, list);
  };
  line.append(h("button", { onclick: review }, "Mark as reviewed"));
  return line;
}

async function showDocuments(api, status) {
  const stats = await api.get("/admin/documents/stats", { total_documents: "number" });
  status.textContent = `${stats.total_documents} documents`;
}

function upload(api, status) {
  const field = h("input", { type: "file" });
  field.onchange = guarded(async () => {
    const body = new FormData();
    body.append("file", field.files[0]);
    const taken = await api.call("POST", "/admin/documents/upload", body);
    read(taken, { message: "text", document_id: "text", filename: "text" }, "the document");
    await showDocuments(api, status);
    status.append(`; ${taken.filename}: ${taken.message}`);
  });
  return field;
}
