import { fileSize } from "../desk/time";
import { IconButton } from "../ui";
import { AlertIcon, CloseIcon, FileIcon } from "../ui/icons";
import type { Files } from "./Files";

export function UploadChips({ files }: { files: Files }) {
  if (!files.uploads.value.length) return null;
  return (
    <ul class="uploads" aria-label="Attached files">
      {files.uploads.value.map((one) => (
        <li key={one.key} class={`upload ${one.failed ? "is-failed" : ""}`}>
          {one.failed ? <AlertIcon size={18} /> : <FileIcon size={18} />}
          <span class="upload-name">
            <bdi>{one.name}</bdi>
          </span>
          <span class="upload-state" role={one.failed ? "alert" : undefined}>
            {one.failed ?? (one.id ? fileSize(one.size) : `${Math.round(one.part * 100)} %`)}
          </span>
          <IconButton label={`Remove ${one.name}`} size="sm" onClick={() => files.remove(one.key)}>
            <CloseIcon size={16} />
          </IconButton>
          {!one.id && !one.failed && <progress value={one.part} max={1} aria-label={`${one.name} uploading`} />}
        </li>
      ))}
    </ul>
  );
}
