/**
 * State of one random stream: the four 32-bit words of the generator sfc32, the last one a counter.
 * It is the whole state: copying the words copies the stream, so a checkpoint is four integers.
 */
export type Rng = Int32Array;

const ROUNDS_BEFORE_FIRST_USE = 16;

/** Three unrelated starts of the hash: a collision of two paths would need all 96 bits to agree. */
const LANES = [0x9e3779b9, 0x243f6a88, 0xb7e15162];

/**
 * Opens the random stream named by `path`, a list of whole numbers such as (seed, chain).
 * Different paths give independent streams; the same path gives the same bits on every machine.
 * Source: [doty2013] (sfc32), [steele2014] (the mixing of the path).
 */
export function createRng(...path: readonly number[]): Rng {
  const rng = new Int32Array(4);
  LANES.forEach((lane, word) => {
    let hash = lane | 0;
    for (const part of path) {
      hash = absorb(absorb(hash, part | 0), Math.floor(part / 2 ** 32) | 0);
    }
    rng[word] = hash;
  });
  rng[3] = 1;
  for (let round = 0; round < ROUNDS_BEFORE_FIRST_USE; round++) uint32(rng);
  return rng;
}

function absorb(hash: number, word: number): number {
  return mix((Math.imul(hash, 0x85ebca6b) + word + 0x9e3779b9) | 0);
}

/** Bijective finalizer of 32 bits. */
function mix(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x21f0aaad);
  h ^= h >>> 15;
  h = Math.imul(h, 0x735a2d97);
  return h ^ (h >>> 15);
}

/** 32 random bits as a signed integer. */
export function int32(rng: Rng): number {
  const a = rng[0]!;
  const b = rng[1]!;
  const c = rng[2]!;
  const counter = rng[3]!;
  const out = (a + b + counter) | 0;
  rng[3] = (counter + 1) | 0;
  rng[0] = b ^ (b >>> 9);
  rng[1] = (c + (c << 3)) | 0;
  rng[2] = (((c << 21) | (c >>> 11)) + out) | 0;
  return out;
}

/** 32 random bits as an unsigned integer. */
export function uint32(rng: Rng): number {
  return int32(rng) >>> 0;
}

/** A uniform draw on the open interval (0, 1), 52 bits: never 0, never 1. Takes two words, as two calls of `int32`. */
export function uniform(rng: Rng): number {
  // Both steps in one, so that what lies between them stays in registers.
  const b = rng[1]!;
  const c = rng[2]!;
  const counter = rng[3]!;
  const high = (rng[0]! + b + counter) | 0;
  const b1 = (c + (c << 3)) | 0;
  const c1 = (((c << 21) | (c >>> 11)) + high) | 0;
  const low = ((b ^ (b >>> 9)) + b1 + (counter + 1)) | 0;
  rng[0] = b1 ^ (b1 >>> 9);
  rng[1] = (c1 + (c1 << 3)) | 0;
  rng[2] = (((c1 << 21) | (c1 >>> 11)) + low) | 0;
  rng[3] = (counter + 2) | 0;
  return (high >>> 0) * 2 ** -32 + ((low >>> 12) + 0.5) * 2 ** -52;
}

/** A uniform whole number in 0 … bound − 1 (bound ≤ 2³²), without bias. */
export function integerBelow(rng: Rng, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let word = uint32(rng);
  while (word >= limit) word = uint32(rng);
  return word % bound;
}
