import type { ComponentChildren, JSX, Ref } from "preact";
import { useId } from "preact/hooks";

interface Common {
  label: string;
  /** The label is there for screen readers only. */
  hideLabel?: boolean;
  hint?: ComponentChildren;
  error?: string | undefined;
}

type InputProps = Common &
  Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "label"> & { multiline?: false; inputRef?: Ref<HTMLInputElement> };
type AreaProps = Common &
  Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, "label"> & {
    multiline: true;
    inputRef?: Ref<HTMLTextAreaElement>;
  };

/** A labelled input or, with `multiline`, a text area. */
export function Field(props: InputProps | AreaProps) {
  const { label, hideLabel, hint, error, multiline, inputRef, class: more, ...rest } = props;
  const own = useId();
  const id = (rest.id as string | undefined) ?? own;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const common = {
    ...rest,
    id,
    class: "input",
    "aria-invalid": error ? true : undefined,
    "aria-describedby": described,
  } as object;
  return (
    <div class={`field ${more ?? ""}`}>
      <label class={hideLabel ? "sr-only" : "field-label"} for={id}>
        {label}
      </label>
      {multiline ? (
        <textarea rows={4} {...common} ref={inputRef as Ref<HTMLTextAreaElement>} />
      ) : (
        <input {...common} ref={inputRef as Ref<HTMLInputElement>} />
      )}
      <Foot id={id} hint={hint} error={error} />
    </div>
  );
}

interface SelectProps extends Common, Omit<JSX.SelectHTMLAttributes<HTMLSelectElement>, "label" | "onChange"> {
  options: { value: string; label: string }[];
  onChange?: (value: string) => void;
}

export function Select({ label, hideLabel, hint, error, options, onChange, class: more, value, ...rest }: SelectProps) {
  const own = useId();
  const id = (rest.id as string | undefined) ?? own;
  return (
    <div class={`field ${more ?? ""}`}>
      <label class={hideLabel ? "sr-only" : "field-label"} for={id}>
        {label}
      </label>
      <select
        {...rest}
        id={id}
        class="input select"
        value={value}
        aria-invalid={error ? true : undefined}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
      <Foot id={id} hint={hint} error={error} />
    </div>
  );
}

function Foot({ id, hint, error }: { id: string; hint?: ComponentChildren; error?: string | undefined }) {
  return (
    <>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </>
  );
}
