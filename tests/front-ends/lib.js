// What the five little front ends share: reading an answer strictly, REST calls, and a few lines of DOM.
//
// A front end that was written for one back end breaks where a member that it reads is missing or of another type. So
// do these, and they say which: `read` throws with the path, and the page shows it in its alert and logs it.

/** An answer is not what the front end reads. */
class Misread extends Error {}

/** The server said no: its status, and the words that the front end shows. */
export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const KINDS = {
  string: (value) => typeof value === "string",
  text: (value) => typeof value === "string" && value !== "",
  number: (value) => typeof value === "number" && Number.isFinite(value),
  boolean: (value) => typeof value === "boolean",
  object: (value) => typeof value === "object" && !Array.isArray(value),
  time: (value) => typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value)),
  link: (value) => typeof value === "string" && /^https?:/.test(value) && URL.canParse(value),
  null: (value) => value === null,
};

/**
 * Gives the value back where it has this form, else throws. A form is the name of a kind (`string`; with `?` it may be
 * null, but must be there), a list of one form, an object of forms, or a function of the value and its path.
 */
export function read(value, form, path = "answer") {
  if (value === undefined) throw new Misread(`${path} is missing`);
  if (typeof form === "function") return form(value, path);
  if (typeof form === "string") {
    const kind = form.replace("?", "");
    const fits = value === null && form.endsWith("?") ? true : value !== null || kind === "null";
    if (!fits || (value !== null && !KINDS[kind](value))) throw new Misread(`${path} is ${shown(value)}, not ${form}`);
    return value;
  }
  if (Array.isArray(form)) {
    if (!Array.isArray(value)) throw new Misread(`${path} is ${shown(value)}, not a list`);
    for (const [at, one] of value.entries()) read(one, form[0], `${path}[${at}]`);
    return value;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Misread(`${path} is ${shown(value)}, not an object`);
  }
  for (const [name, inner] of Object.entries(form)) read(value[name], inner, `${path}.${name}`);
  return value;
}

const shown = (value) => JSON.stringify(value).slice(0, 100);

/** A form: null, or what this form says. */
export const maybe = (form) => (value, path) => (value === null ? null : read(value, form, path));

/** A form: one of these words. */
export const oneOf =
  (...words) =>
  (value, path) => {
    if (!words.includes(value)) throw new Misread(`${path} is ${shown(value)}, none of ${words.join(", ")}`);
    return value;
  };

/** Where the back end is: the one thing that is changed to move a front end to Switchboard. */
export const base = (new URLSearchParams(location.search).get("base") ?? location.origin).replace(/\/$/, "");

/** The same for sockets. */
export const socketBase = base.replace(/^http/, "ws");

/** The REST side of a back end; `words` gives what is shown of the body of a refusal. */
export class Api {
  token = null;

  constructor(words) {
    this.words = words;
  }

  /** Calls it; answers what came, which must have come with this status where one is named. */
  async call(method, path, body, status) {
    const headers = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const isForm = body instanceof FormData;
    if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
    const sent = isForm || body === undefined ? body : JSON.stringify(body);
    const answer = await fetch(base + path, { method, headers, body: sent });
    const what = `${method} ${path}`;
    const text = await answer.text();
    if (text && !answer.headers.get("content-type")?.startsWith("application/json")) {
      throw new Misread(`${what} came as ${answer.headers.get("content-type")}`);
    }
    const value = text ? JSON.parse(text) : undefined;
    if (!answer.ok) throw new Refused(answer.status, read(this.words(value ?? {}), "text", `${what}: the words`));
    if (status && answer.status !== status) throw new Misread(`${what} answered ${answer.status}, not ${status}`);
    return value;
  }

  get(path, form) {
    return this.call("GET", path).then((value) => read(value, form, `GET ${path}`));
  }

  async post(path, body, form, status) {
    return read(await this.call("POST", path, body, status), form, `POST ${path}`);
  }
}

// ---- DOM ----

/** The element of this id. */
export const $ = (id) => document.getElementById(id);

/** A new element: properties, `data-…` and `aria-…` among them, and children. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (/^(data-|aria-|role$)/.test(name)) element.setAttribute(name, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), guarded(value));
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** Shows this view, hides the other ones. */
export function go(view) {
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== view;
  say("");
}

/** Shows a sentence in the page's alert. */
export function say(words) {
  $("alert").textContent = words;
}

/** A handler whose failures are seen: a refusal in its words, anything else as the bug that it is. */
export function guarded(handler) {
  return async (...args) => {
    try {
      await handler(...args);
    } catch (error) {
      say(error instanceof Refused ? error.message : `Broken: ${error.message}`);
      if (!(error instanceof Refused)) console.error(`Broken: ${error.message}`);
    }
  };
}

/** Calls this with what a form holds when it is sent. */
export function onSubmit(id, handler) {
  const form = $(id);
  const submitted = guarded(async () => {
    say("");
    await handler(Object.fromEntries(new FormData(form)), form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitted();
  });
}

/** A socket whose frames are JSON objects with a type. */
export function openSocket(path, { opened, frame, closed }) {
  const socket = new WebSocket(socketBase + path);
  socket.onopen = guarded(() => opened?.());
  socket.onmessage = guarded((event) => frame(read(JSON.parse(event.data), { type: "text" }, "frame")));
  socket.onclose = guarded((event) => closed?.(event));
  return { send: (value) => socket.send(JSON.stringify(value)), close: () => socket.close() };
}
