import { useEffect, useRef, useState } from "preact/hooks";
import { attachments } from "../desk/api";
import { fileSize } from "../../kit/size";
import type { Attachment } from "../../wire/schema";
import { describe } from "../../client/problem";
import { Spinner, toast } from "../ui";
import { AlertIcon, FileIcon } from "../ui/icons";

/** Links are valid for five minutes: those older than this are renewed first. */
const LINK_MS = 4 * 60_000;
const LARGEST_PX = 280;

/** A file of a message: a picture by its thumbnail, anything else by its name. */
export function AttachmentView({ attachment }: { attachment: Attachment }) {
  const [file, setFile] = useState(attachment);
  const at = useRef(Date.now());
  const renewals = useRef(0);
  useEffect(() => {
    setFile(attachment);
    at.current = Date.now();
  }, [attachment]);
  const renew = async () => {
    const fresh = await attachments.get(attachment.attachment_id);
    at.current = Date.now();
    setFile(fresh);
    return fresh;
  };
  const open = async (event: MouseEvent) => {
    if (Date.now() - at.current < LINK_MS) return;
    event.preventDefault();
    try {
      window.open((await renew()).file_url, "_blank", "noopener,noreferrer");
    } catch (error) {
      toast(describe(error), "error");
    }
  };
  if (file.status === "rejected") {
    return (
      <p class="file is-rejected">
        <AlertIcon size={18} />
        <span>
          <bdi>{file.file_name}</bdi> was rejected{file.reason ? `: ${file.reason}` : ""}
        </span>
      </p>
    );
  }
  const link = { href: file.file_url, target: "_blank", rel: "noopener noreferrer nofollow", onClick: open };
  if (file.thumbnail_url && file.width && file.height) {
    const scale = Math.min(1, LARGEST_PX / Math.max(file.width, file.height));
    return (
      <a class="picture" {...link} aria-label={`Open ${file.file_name}`}>
        <img
          src={file.thumbnail_url}
          alt={file.file_name}
          width={Math.round(file.width * scale)}
          height={Math.round(file.height * scale)}
          loading="lazy"
          onError={() => {
            // most likely the link has expired; it is renewed once
            if (renewals.current++ === 0) void renew().catch(() => undefined);
          }}
        />
      </a>
    );
  }
  return (
    <a class="file" {...link}>
      {file.status === "processing" ? <Spinner size={18} label="Being checked" /> : <FileIcon />}
      <span class="file-name">
        <bdi>{file.file_name}</bdi>
      </span>
      <span class="file-size">{fileSize(file.file_size, "short")}</span>
    </a>
  );
}
