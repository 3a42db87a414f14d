/** A proof of work, some 100 ms of it, that the server asks of an address which brings many visitors. */
export interface Challenge {
  token: string;
  parts: number;
  bits: number;
}

/** The challenge in a problem's body, if there is one. */
export function challengeIn(body: Record<string, unknown> | undefined): Challenge | undefined {
  const found = body?.["challenge"] as Partial<Challenge> | undefined;
  const isWhole = typeof found?.token === "string" && Number.isInteger(found.parts) && Number.isInteger(found.bits);
  return isWhole ? (found as Challenge) : undefined;
}

/**
 * The proof: for each part the first number with which SHA-256 of `<end of the token>.<part>.<number>` begins with
 * enough zero bits. In a worker where the page is of our origin; another page may not start our worker, and
 * computes in slices that are too short to hold up its drawing.
 */
export async function prove(challenge: Challenge): Promise<string> {
  try {
    return await inWorker(challenge);
  } catch {
    return inSlices(challenge);
  }
}

function inWorker(challenge: Challenge): Promise<string> {
  return new Promise((done, failed) => {
    const worker = new Worker(new URL("./proof.worker.ts", import.meta.url), { type: "module" });
    const end = (act: () => void) => {
      worker.terminate();
      act();
    };
    worker.onmessage = (event: MessageEvent<string>) => end(() => done(event.data));
    worker.onerror = () => end(() => failed(new Error("no worker")));
    worker.postMessage(challenge);
  });
}

const SLICE_MS = 8;

async function inSlices(challenge: Challenge): Promise<string> {
  const work = solve(challenge);
  for (let until = performance.now() + SLICE_MS; ; ) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await new Promise((next) => setTimeout(next));
    until = performance.now() + SLICE_MS;
  }
}

/** So many hashes between two looks at the clock: some tenths of a millisecond. */
const STEP = 256;

/** Solves a challenge, pausing now and then. */
export function* solve({ token, parts, bits }: Challenge): Generator<undefined, string> {
  const end = token.slice(token.lastIndexOf(".") + 1);
  const found: number[] = [];
  for (let part = 0; part < parts; part++) {
    let number = 0;
    while (zeros(`${end}.${part}.${number}`) < bits) if (++number % STEP === 0) yield;
    found.push(number);
  }
  return `${token}:${found.join(",")}`;
}

/** With how many zero bits (32 at most are counted) the SHA-256 of a short ASCII text begins. */
export function zeros(text: string): number {
  return Math.clz32(firstWord(text));
}

type Eight = [number, number, number, number, number, number, number, number];
const { CONSTANTS, START } = constants();
const words = new Int32Array(64);

/**
 * The first 32 bits of SHA-256 of at most 55 ASCII characters: one block. `crypto.subtle` is slower for so little, and
 * only there on https.
 */
function firstWord(text: string): number {
  const w = words;
  w.fill(0, 0, 16);
  for (let i = 0; i < text.length; i++) w[i >> 2]! |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  w[text.length >> 2]! |= 0x80 << (24 - 8 * (text.length & 3));
  w[15] = text.length * 8;
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + CONSTANTS[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (START[0] + a) | 0;
}

/** SHA-256's constants: the first bits of the fractions of cube and square roots of the first primes. */
function constants(): { CONSTANTS: Int32Array; START: Eight } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0;
  return {
    CONSTANTS: Int32Array.from(primes, (prime) => fraction(prime ** (1 / 3))),
    START: primes.slice(0, 8).map((prime) => fraction(prime ** 0.5)) as Eight,
  };
}
