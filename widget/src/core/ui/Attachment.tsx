import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../kit/icons";
import { fileSize } from "../../kit/size";
import { safeUrl } from "../../kit/url";
import type { Attachment } from "../../wire/schema";
import { useView } from "../view";

/** Links are renewed when so little of their five minutes is left. */
const MARGIN_MS = 15_000;
const LARGEST_PX = 260;

/** A file in a message. */
export function AttachmentView({ attachment }: { attachment: Attachment }) {
  const view = useView();
  const { t } = view.texts;
  const { rest } = view.chat.value;
  const [file, setFile] = useState(attachment);
  const renewed = useRef(false);
  useEffect(() => setFile(attachment), [attachment]);

  const renew = async (): Promise<Attachment> => {
    const fresh = await rest.call<Attachment>("GET", `/api/chat/attachments/${file.attachment_id}`);
    setFile(fresh);
    return fresh;
  };
  const href = safeUrl(file.file_url, rest.base);
  const clicked = (event: MouseEvent) => {
    if (!isStale(file.file_url)) return;
    event.preventDefault();
    void view.attempt(
      renew().then((fresh) => window.open(safeUrl(fresh.file_url, rest.base), "_blank", "noopener,noreferrer")),
    );
  };
  const failed = () => {
    // most likely its link has expired; a second failure is not the link's
    if (renewed.current) return;
    renewed.current = true;
    void view.attempt(renew());
  };
  if (file.status === "rejected") return <Card icon="warn" name={file.file_name} detail={t("rejected")} isBad />;
  if (file.status === "processing") return <Card icon="clock" name={file.file_name} detail={t("processing")} />;
  const thumbnail = safeUrl(file.thumbnail_url, rest.base);
  const link = {
    href,
    target: "_blank",
    rel: "noopener noreferrer nofollow",
    onClick: clicked,
    "aria-label": t("download", { name: file.file_name }),
  };
  if (!thumbnail) {
    return (
      <a class="file-link" {...link}>
        <Card icon="file" name={file.file_name} detail={fileSize(file.file_size, "long", view.texts.locale.value)} />
      </a>
    );
  }
  const { width, height } = fit(file.width ?? LARGEST_PX, file.height ?? LARGEST_PX);
  return (
    <a class="picture" {...link}>
      <img
        src={thumbnail}
        alt={file.file_name}
        width={width}
        height={height}
        loading="lazy"
        referrerpolicy="no-referrer"
        onError={failed}
      />
    </a>
  );
}

function Card({
  icon,
  name,
  detail,
  isBad = false,
}: {
  icon: "file" | "warn" | "clock";
  name: string;
  detail: string;
  isBad?: boolean;
}) {
  return (
    <span class={isBad ? "file is-bad" : "file"}>
      <Icon name={icon} size={22} />
      <span class="file-text">
        <span class="file-name">{name}</span>
        <span class="file-detail">{detail}</span>
      </span>
    </span>
  );
}

function isStale(url: string): boolean {
  const expires = /[?&]exp=(\d+)/.exec(url)?.[1];
  return expires !== undefined && Number(expires) * 1000 - Date.now() < MARGIN_MS;
}

/** The size at which a picture is shown: as large as it is, within limits. */
function fit(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LARGEST_PX / width, LARGEST_PX / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
