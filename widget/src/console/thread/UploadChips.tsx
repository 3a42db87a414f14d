import { Problem, describe } from "../../client/problem";
import type { Upload, Uploads } from "../../client/uploads";
import { fileSize } from "../../kit/size";
import { IconButton } from "../ui";
import { AlertIcon, CloseIcon, FileIcon } from "../ui/icons";

export function UploadChips({ files }: { files: Uploads }) {
  if (!files.items.value.length) return null;
  return (
    <ul class="uploads" aria-label="Attached files">
      {files.items.value.map((upload) => (
        <UploadChip key={upload.key} upload={upload} onRemove={() => files.remove(upload.key)} />
      ))}
    </ul>
  );
}

function UploadChip({ upload, onRemove }: { upload: Upload; onRemove: () => void }) {
  const { state, progress, attachment, file } = upload;
  const name = attachment?.file_name ?? file.name;
  const failed = state === "failed";
  return (
    <li class={`upload ${failed ? "is-failed" : ""}`}>
      {failed ? <AlertIcon size={18} /> : <FileIcon size={18} />}
      <span class="upload-name">
        <bdi>{name}</bdi>
      </span>
      <span class="upload-state" role={failed ? "alert" : undefined}>
        {failed ? whyOf(upload) : attachment ? fileSize(file.size, "short") : `${Math.round(progress * 100)} %`}
      </span>
      <IconButton label={`Remove ${name}`} size="sm" onClick={onRemove}>
        <CloseIcon size={16} />
      </IconButton>
      {state === "uploading" && <progress value={progress} max={1} aria-label={`${name} uploading`} />}
    </li>
  );
}

/** Why a file is not on the server: in the server's words where it has seen it. */
function whyOf({ error, problem }: Upload): string {
  if (problem instanceof Problem) return problem.fields["file"] ?? problem.message;
  if (problem) return describe(problem);
  return error === "emptyFile" ? "The file is empty" : "Files may have 10 MB at most";
}
