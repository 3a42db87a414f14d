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
const FIGURES = {
  overview: "object",
  "trending-topics": "object",
  "flagged-users": "object",
  "resolution-times": "object",
  "dashboard-metrics": "object",
  "time-series?metric=tickets&days=7": "object",
  "performance-metrics": "object",
};

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
  for (const [route, form] of Object.entries(FIGURES)) {
    const found = await api.get(`/admin/analytics/${route}`, form);
    const name = route.replace(/\?.*/, "");
    list.append(h("dt", {}, name), h("dd", { "data-figure": name }, words(found)));
  }
  const system = await api.get("/admin/system-management", "object");
  list.append(h("dt", {}, "system"), h("dd", { "data-figure": "system" }, words(system)));
}

const words = (figures) => JSON.stringify(figures).slice(0, 400);

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
    await api.call("POST", `/admin/misuse-reports/${report_id}/mark-reviewed`, body, 200);
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
