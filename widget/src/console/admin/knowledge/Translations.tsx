import { useId, useState } from "preact/hooks";
import { Link, go } from "../../router";
import { Badge, Button, Field } from "../../ui";
import { PlusIcon } from "../../ui/icons";
import type { Article } from "../../../wire/schema";
import { Choices, SPOKEN } from "./Inputs";
import { type Outline, inUse, outline } from "./outline";

/** The articles that say the same in other languages. */
export const translationsOf = (article: Pick<Article, "id" | "translations">, all: readonly Outline[]): Outline[] =>
  article.translations
    ? all.filter(({ id, translations }) => id !== article.id && translations === article.translations)
    : [];

interface TranslationsProps {
  article: Article;
  /** The form holds what is not stored: leaving for a translation would lose it. */
  isDirty: boolean;
}

export function Translations({ article, isDirty }: TranslationsProps) {
  const id = useId();
  const [locale, setLocale] = useState("");
  const all = outline.items.value;
  const others = translationsOf(article, all);
  const has = [article.locale, ...others.map((one) => one.locale)];
  const wanted = locale.trim();
  const isThere = has.includes(wanted);
  const add = (event: Event) => {
    event.preventDefault();
    if (!wanted || isThere || isDirty) return;
    const query = new URLSearchParams({ translation_of: article.id, locale: wanted });
    if (article.category) query.set("category", article.category);
    go(`articles/new?${query}`);
  };
  const offered = inUse([...SPOKEN, ...all.map((one) => one.locale)]);
  return (
    <section class="admin-card" aria-label="Translations">
      <h2>Translations</h2>
      {others.length === 0 ? (
        <p class="admin-soft">This article is there in “{article.locale}” only.</p>
      ) : (
        <ul class="knowledge-plain">
          {others.map((one) => (
            <li key={one.id}>
              <Badge>{one.locale}</Badge>
              <Link to={`articles/${one.id}`} class="admin-link">
                {one.title}
              </Link>
              {one.status === "draft" && <Badge tone="warn">Draft</Badge>}
            </li>
          ))}
        </ul>
      )}
      <form class="admin-bar" onSubmit={add} noValidate>
        <Field
          class="knowledge-language"
          label="Language of the translation"
          maxLength={16}
          list={id}
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          value={locale}
          error={isThere ? "It is there in this language" : undefined}
          onInput={(event) => setLocale(event.currentTarget.value)}
        />
        <Choices id={id} values={offered.filter((one) => !has.includes(one))} />
        <Button type="submit" disabled={!wanted || isThere || isDirty} icon={<PlusIcon size={16} />}>
          Add translation
        </Button>
        {isDirty && <p class="admin-soft knowledge-hint">Save your changes first.</p>}
      </form>
    </section>
  );
}
