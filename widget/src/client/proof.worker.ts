/** Solves one challenge off the page's thread. */
import { type Challenge, solve } from "./proof";

const worker = self as unknown as {
  onmessage: (event: MessageEvent<Challenge>) => void;
  postMessage(proof: string): void;
};

worker.onmessage = (event) => {
  const work = solve(event.data);
  let step = work.next();
  while (!step.done) step = work.next();
  worker.postMessage(step.value);
};
