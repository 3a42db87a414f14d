import { useId, useState } from "preact/hooks";
import { Button, type Column, Dialog, ErrorNote, Field, Select, Table } from "../../ui";
import { me } from "../../session";
import { useForm } from "../form";
import { number } from "../format";
import { type ImportOptions, type ImportResult, knowledge } from "./api";

type Problems = ImportResult["problems"];

const SOURCES = [
  { value: "file", label: "A file" },
  { value: "url", label: "An address" },
];
const STATES = [
  { value: "", label: "Drafts, to be looked at first" },
  { value: "published", label: "Published at once" },
];

/** Takes in articles, and says what became of them. */
export function ImportDialog({ onImported, onClose }: { onImported: () => void; onClose: () => void }) {
  const id = useId();
  const [source, setSource] = useState("file");
  const [file, setFile] = useState<File | null>(null);
  const [url, setUrl] = useState("");
  const [options, setOptions] = useState<ImportOptions>({ update: false });
  const [result, setResult] = useState<ImportResult | null>(null);
  const send = () =>
    source === "url"
      ? knowledge.importAddress(url.trim(), options)
      : file
        ? knowledge.importFile(file, options)
        : Promise.reject(new Error("Choose a file first."));
  const form = useForm(["file", "url"], send, (done) => {
    setResult(done);
    onImported();
  });
  return (
    <Dialog
      title="Import articles"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{result ? "Close" : "Cancel"}</Button>
          <Button type="submit" form={id} variant="primary" busy={form.busy}>
            Import
          </Button>
        </>
      }
    >
      <form id={id} class="admin-form" ref={form.formRef} onSubmit={form.submit} onInput={form.touched} noValidate>
        {/* the server fetches addresses for admins only */}
        {me.value?.role === "admin" && <Select label="From" options={SOURCES} value={source} onChange={setSource} />}
        {source === "file" ? (
          <Field
            key="file"
            label="File"
            type="file"
            accept=".md,.zip,.csv"
            hint="Markdown with front matter, a ZIP of such files, or a CSV. 20 MB at most."
            error={form.errors["file"]}
            onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
          />
        ) : (
          <Field
            key="url"
            label="Address"
            type="url"
            placeholder="https://www.example.com/sitemap.xml"
            hint="A public page, or a sitemap.xml: its first 50 pages. This may take half a minute."
            maxLength={2000}
            value={url}
            error={form.errors["url"]}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        )}
        <How options={options} set={setOptions} />
        <ErrorNote error={form.problem} />
      </form>
      <div aria-live="polite">{result && !form.busy && <Result result={result} />}</div>
    </Dialog>
  );
}

/** How they are taken in. */
function How({ options, set }: { options: ImportOptions; set: (options: ImportOptions) => void }) {
  return (
    <>
      <Select
        label="New articles become"
        hint="Unless a file says it of its own."
        options={STATES}
        value={options.status ?? ""}
        onChange={(status) => set({ update: options.update, ...(status && { status: "published" }) })}
      />
      <label class="admin-check">
        <input
          type="checkbox"
          checked={options.update}
          onChange={(event) => set({ ...options, update: event.currentTarget.checked })}
        />
        <span>
          Replace articles that are there already
          <small>Those with the same slug and language, at once; what they said stays in their history.</small>
        </span>
      </label>
    </>
  );
}

function Result({ result: { added, updated, skipped, problems } }: { result: ImportResult }) {
  return (
    <section class="import-result" aria-label="Result">
      <p class="admin-strong">
        {number(added)} added, {number(updated)} replaced, {number(skipped)} left as they were
      </p>
      {problems.length > 0 && (
        <>
          <p>
            {problems.length === 1 ? "One problem" : `${number(problems.length)} problems`}; everything else was taken.
          </p>
          <Table caption="Problems" columns={columns} rows={problems} rowKey={keyOf} />
        </>
      )}
    </section>
  );
}

const keyOf = ({ file, line, field, message }: Problems[number]) => [file, line, field, message].join("\n");

const columns: Column<Problems[number]>[] = [
  {
    title: "File",
    cell: ({ file, line }) => (
      <span class="admin-mono">
        {file}
        {typeof line === "number" && `, line ${line}`}
      </span>
    ),
  },
  {
    title: "Problem",
    cell: ({ field, message }) => (
      <span class="admin-error-text">
        {field && <strong>{field}: </strong>}
        {message}
      </span>
    ),
  },
];
