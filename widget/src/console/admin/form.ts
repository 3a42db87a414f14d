import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../../client/problem";

/** A form that is sent to the server, whose refusals stand at the fields they are about. */
export interface Form {
  /** By field. */
  errors: Record<string, string>;
  /** What is about no field of the form. */
  problem: unknown;
  busy: boolean;
  submit: (event: Event) => void;
  /** Something was changed: what was said of it before no longer holds. */
  touched: () => void;
  /** For the form element: the first field with an error gets the focus. */
  formRef: { current: HTMLFormElement | null };
}

/** `fields`: the names that the form shows errors at. */
export function useForm<T>(fields: readonly string[], send: () => Promise<T>, done: (result: T) => void): Form {
  const [state, setState] = useState<Pick<Form, "errors" | "problem" | "busy">>({
    errors: {},
    problem: null,
    busy: false,
  });
  const formRef = useRef<HTMLFormElement | null>(null);
  const isThere = useRef(true);
  useEffect(
    () => () => {
      isThere.current = false;
    },
    [],
  );
  useEffect(() => {
    if (Object.keys(state.errors).length > 0)
      formRef.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [state.errors]);
  const run = async () => {
    setState({ errors: {}, problem: null, busy: true });
    try {
      const result = await send();
      if (isThere.current) setState({ errors: {}, problem: null, busy: false });
      done(result);
    } catch (error) {
      const known =
        error instanceof Problem
          ? Object.entries(error.fields).map(([name, text]) => [name.split(/[.[]/)[0] ?? name, text] as const)
          : [];
      const errors = Object.fromEntries(known.filter(([name]) => fields.includes(name)));
      if (isThere.current) setState({ errors, problem: Object.keys(errors).length > 0 ? null : error, busy: false });
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!state.busy) void run();
  };
  const touched = () => {
    if (Object.keys(state.errors).length > 0) setState({ ...state, errors: {} });
  };
  return { ...state, submit, touched, formRef };
}
