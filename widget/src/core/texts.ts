import { computed, signal } from "@preact/signals";
import { type Words, en } from "./locales/en";

/** Languages beside English, each loaded when it is wanted. */
const LOADERS: Record<string, () => Promise<Words>> = {
  ar: () => import("./locales/ar").then((module) => module.ar),
  de: () => import("./locales/de").then((module) => module.de),
  es: () => import("./locales/es").then((module) => module.es),
  fr: () => import("./locales/fr").then((module) => module.fr),
};
/** The server's own sentences. */
const SENTENCES: Record<string, keyof Words> = {
  "The conversation was resolved.": "resolved",
  "You asked for a person. Somebody will answer here.": "personAsked",
  "You are talking to the assistant again.": "handedBack",
};
const RIGHT_TO_LEFT = ["ar", "fa", "he", "ur"];

/** The words of one widget: its language, and everything it says in it. */
export class Texts {
  private readonly words = signal<Words>(en);
  /** The language of the words; what is not there yet is said in English. */
  readonly locale = signal("en");
  readonly direction = computed<"ltr" | "rtl">(() =>
    RIGHT_TO_LEFT.includes(languageOf(this.locale.value)) ? "rtl" : "ltr",
  );
  private readonly plurals = computed(() => new Intl.PluralRules(this.locale.value));
  private readonly numbers = computed(() => new Intl.NumberFormat(this.locale.value));
  private wanted = "en";

  /** Speaks another language, or English where we do not know it. */
  async use(tag: string): Promise<void> {
    const locale = spoken(tag);
    this.wanted = locale;
    const words = (await LOADERS[languageOf(locale)]?.()) ?? en;
    if (this.wanted !== locale) return;
    this.words.value = words;
    this.locale.value = locale;
  }

  /** What the server says in the conversation, in the visitor's language where we know the sentence. */
  system(text: string): string {
    const joined = /^(.{1,200}) joined the conversation\.$/.exec(text);
    if (joined?.[1]) return this.t("joined", { name: joined[1] });
    const key = SENTENCES[text];
    return key ? this.t(key) : text;
  }

  /** A text, with its parts put in; `n` chooses the plural form. */
  readonly t = (key: keyof Words, parts: Record<string, string | number> = {}): string => {
    const found = this.words.value[key];
    const n = parts["n"];
    const form = typeof found === "string" ? found : (found[this.plurals.value.select(Number(n ?? 0))] ?? found.other);
    return form.replace(/\{(\w+)\}/g, (_, name: string) => {
      const part = parts[name] ?? "";
      return typeof part === "number" ? this.numbers.value.format(part) : part;
    });
  };
}

const languageOf = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0] ?? "en";

/** The longest tag that the server takes. */
const MAX_TAG = 35;

/** The tag itself where we speak its language and Intl knows it. */
export function spoken(tag: string): string {
  const language = languageOf(tag);
  if (!(language in LOADERS) && language !== "en") return "en";
  const whole = canonical(tag);
  return whole.length <= MAX_TAG ? whole : language;
}

function canonical(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll("_", "-"))[0] ?? "en";
  } catch {
    return languageOf(tag);
  }
}
