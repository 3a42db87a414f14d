import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../kit/icons";
import { fileSize } from "../../kit/size";
import type { Upload } from "../../client/uploads";
import { useView } from "../view";

const SIDE = 44;

/** The files that go with the next message. */
export function UploadChips() {
  const view = useView();
  const items = view.chat.value.uploads.items.value;
  if (items.length === 0) return null;
  return (
    <ul class="uploads">
      {items.map((upload) => (
        <UploadChip key={upload.key} upload={upload} />
      ))}
    </ul>
  );
}

function UploadChip({ upload }: { upload: Upload }) {
  const view = useView();
  const { t } = view.texts;
  const { uploads } = view.chat.value;
  const { name, size, type } = upload.file;
  const detail =
    upload.state === "failed"
      ? t(upload.error ?? "uploadFailed", { name })
      : fileSize(size, "long", view.texts.locale.value);
  const percent = Math.round(upload.progress * 100);
  return (
    <li class={`upload is-${upload.state}`}>
      {type.startsWith("image/") && upload.state !== "failed" ? (
        <Preview file={upload.file} />
      ) : (
        <span class="upload-icon">
          <Icon name={upload.state === "failed" ? "warn" : "file"} />
        </span>
      )}
      <span class="file-text">
        <span class="file-name">{name}</span>
        <span class="file-detail" role={upload.state === "failed" ? "alert" : undefined}>
          {detail}
        </span>
        {upload.state === "uploading" && (
          <progress max={100} value={percent} aria-label={t("uploading", { name, n: percent })} />
        )}
      </span>
      {upload.state === "failed" && upload.error === "uploadFailed" && (
        <button type="button" class="link" onClick={() => uploads.retry(upload.key)}>
          {t("retry")}
        </button>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={t("remove", { name })}
        onClick={() => uploads.remove(upload.key)}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  );
}

/** Drawn, not linked: strict policies allow neither data: nor blob: pictures. */
function Preview({ file }: { file: File }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isGone = false;
    void createImageBitmap(file).then(
      (bitmap) => {
        if (!isGone && canvas.current) cover(canvas.current, bitmap);
        bitmap.close();
      },
      // no picture after all; the server will say so
      () => undefined,
    );
    return () => void (isGone = true);
  }, [file]);
  return <canvas ref={canvas} class="upload-preview" width={SIDE * 2} height={SIDE * 2} aria-hidden="true" />;
}

/** Fills the canvas with the middle of the picture. */
function cover(canvas: HTMLCanvasElement, picture: ImageBitmap): void {
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  canvas.getContext("2d")?.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
}
