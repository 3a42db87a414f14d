import { Avatar } from "../../kit/Avatar";
import { Icon } from "../../kit/icons";
import { useView } from "../view";

/** Who is talking, and what else can be done. */
export function Header() {
  const view = useView();
  const { t } = view.texts;
  const { name, isPerson } = view.partner.value;
  return (
    <header class="header">
      <Avatar name={name} isBot={!isPerson} size={40} />
      <div class="header-text">
        <h2 class="header-name">{name}</h2>
        <p class="header-intro">{t(isPerson ? "introPerson" : "intro")}</p>
      </div>
      <button type="button" class="icon-button" aria-label={t("close")} onClick={view.close}>
        <Icon name="close" />
      </button>
    </header>
  );
}
