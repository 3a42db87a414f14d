/** Numbers and names for people, in their language. */

const numbers = new Intl.NumberFormat();

export const number = (value: number) => numbers.format(value);

/** "840 ms", "1.2 s". */
export const duration = (ms: number) => (ms < 1000 ? `${ms} ms` : `${numbers.format(Math.round(ms / 100) / 10)} s`);

/** `reply_as_bot` → "Reply as bot". */
export const words = (snake: string) => {
  const text = snake.replace(/_/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};
