import { Avatar } from "./Avatar";
import { Icon } from "../../kit/icons";
import { useView } from "../view";

/** Who is talking, and what else can be done. */
export function Header() {
  const view = useView();
  const { t } = view.texts;
  const { name, isPerson } = view.partner.value;
  const conversation = view.chat.value.conversation.details.value;
  const askForPerson = () => {
    void view.attempt(view.chat.value.actions.askForPerson(t("personSentence")));
    view.scrollTo.value = { key: "end" };
    // the button disappears and would take the focus with it
    view.focusInput.value++;
  };
  return (
    <header class="header">
      <Avatar name={name} isBot={!isPerson} size={40} />
      <div class="header-text">
        <h2 class="header-name">{name}</h2>
        <p class="header-intro">{t(isPerson ? "introPerson" : "intro")}</p>
      </div>
      {!isPerson && conversation?.status !== "pending" && (
        <button type="button" class="icon-button" aria-label={t("person")} title={t("person")} onClick={askForPerson}>
          <Icon name="person" />
        </button>
      )}
      {conversation && (
        <button
          type="button"
          class="icon-button"
          aria-label={t("search")}
          title={t("search")}
          aria-expanded={view.isSearching.value}
          onClick={() => (view.isSearching.value = !view.isSearching.value)}
        >
          <Icon name="search" />
        </button>
      )}
      <button type="button" class="icon-button" aria-label={t("close")} title={t("close")} onClick={view.close}>
        <Icon name="close" />
      </button>
    </header>
  );
}
