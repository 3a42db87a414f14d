import { useId } from "preact/hooks";
import { Field } from "../../ui";
import { Links } from "./Links";
import { TextInput } from "./TextInput";
import type { Fields } from "./fields";
import { inUse, outline } from "./outline";
import { slugOf } from "./slug";

/** What the bot speaks: offered beside the languages that are in use. */
export const SPOKEN = ["ar", "de", "en", "es", "fr"];
/** Of what is no word of a language. */
const VERBATIM = { autocapitalize: "none", autocomplete: "off", spellcheck: false } as const;

interface InputsProps {
  fields: Fields;
  errors: Partial<Record<keyof Fields, string>>;
  set: (change: Partial<Fields>) => void;
  isNew: boolean;
}

/** What every input has: its value, what is wrong with it, and where a change goes. */
const inputOf =
  ({ fields, errors, set }: InputsProps) =>
  (name: keyof Fields) => ({
    value: fields[name],
    error: errors[name],
    onInput: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });

/** What an article is made of. */
export function Inputs(props: InputsProps) {
  const input = inputOf(props);
  return (
    <>
      <PlaceInputs {...props} />
      <TextInput body={props.fields.body} error={props.errors.body} set={(body) => props.set({ body })} />
      <Links markdown={props.fields.body} />
      <div class="admin-two">
        <Field
          multiline
          label="Example questions"
          hint="As customers ask them: one a line, 10 at most. The bot finds the article by them."
          {...input("questions")}
        />
        <div class="editor-rest">
          <Field label="Tags" hint="With commas between; 20 at most." {...input("tags")} />
          <Field
            label="Address elsewhere"
            type="url"
            hint="Only where customers are to read it on another site instead of its page here."
            maxLength={2000}
            {...input("url")}
          />
        </div>
      </div>
    </>
  );
}

/** What it is called, and where it stands. */
function PlaceInputs(props: InputsProps) {
  const id = useId();
  const { fields, isNew } = props;
  const input = inputOf(props);
  const articles = outline.items.value;
  const slug = fields.slug || slugOf(fields.title);
  const isMade = isNew && !fields.slug;
  return (
    <>
      <div class="admin-two">
        <Field label="Title" maxLength={200} {...input("title")} />
        <Field
          label="Slug"
          hint={slug ? `Its page: /help/${slug}${isMade ? " (made of the title)" : ""}` : "Made of the title."}
          maxLength={100}
          {...VERBATIM}
          {...input("slug")}
          value={isNew ? slug : fields.slug}
        />
      </div>
      <div class="admin-two">
        <Field
          label="Category"
          hint="Under which it stands in the help centre. Optional."
          maxLength={100}
          list={`${id}-categories`}
          autocomplete="off"
          {...input("category")}
        />
        <Field
          label="Language"
          hint="A tag such as en or pt-BR."
          maxLength={16}
          list={`${id}-languages`}
          {...VERBATIM}
          {...input("locale")}
        />
      </div>
      <Choices id={`${id}-categories`} values={inUse(articles.map((one) => one.category))} />
      <Choices id={`${id}-languages`} values={inUse([...SPOKEN, ...articles.map((one) => one.locale)])} />
    </>
  );
}

/** What an input offers. */
export function Choices({ id, values }: { id: string; values: string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}
