import { useEffect, useState } from "preact/hooks";
import { useView } from "../view";

/** A connection that is back this soon is not mentioned. */
const QUIET_MS = 1200;

/** How the connection is, where that is worth knowing; and what just failed. */
export function StatusLine() {
  const view = useView();
  const { t } = view.texts;
  const chat = view.chat.value;
  const state = chat.connection.state.value;
  const refused = chat.refusedBy.value;
  const [isOld, setOld] = useState(false);
  useEffect(() => {
    setOld(false);
    const timer = setTimeout(() => setOld(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const isFinal = refused !== null;
  const isGone = isFinal && ![4003, 4004, 404, 403].includes(refused);
  const canBegin = isGone && chat.canBeginAnew;
  const final = canBegin ? "sessionGone" : isGone ? "signedOut" : "noAccess";
  const word = isFinal ? final : state === "socket" || !isOld || !chat.connection.isStarted ? null : state;
  const notice = view.notice.value;
  return (
    <div class="status" role="status" data-state={isFinal ? "refused" : state}>
      {word && <p class={isFinal ? "status-line is-final" : `status-line is-${state}`}>{t(word)}</p>}
      {canBegin && (
        <button type="button" class="begin-anew" onClick={() => void chat.beginAnew()}>
          {t("beginAnew")}
        </button>
      )}
      {notice && <p class="status-line is-notice">{notice}</p>}
    </div>
  );
}
