import { createLanes, type Lanes } from "../src/math/lanes/lanes.ts";
import { KEPT_PLACES, SHARE_PLACES, shareRoutines } from "../src/math/lanes/share-routines.ts";
import type { Vector } from "../src/math/matrix.ts";
import { LARGEST_TOTAL, plainShareLoops, type Share, type ShareLoops } from "./share-loops.ts";

/** Shares of more numbers stay where the plain loops have them. */
const MOST_NUMBERS = 2 ** 22;
/** Addresses and sums, generously. */
const SPARE = 64;

interface Addressed extends Share {
  readonly at: number;
}

/** The loops over so many shares of n rows each, by routines of WebAssembly where there are any. */
export function shareLoops(n: number, shares: number, pairsApart: number): ShareLoops {
  return laneShareLoops(n, shares, pairsApart) ?? plainShareLoops(n, pairsApart);
}

/** The same by routines of WebAssembly alone; undefined where there are none, or the shares are too large. */
export function laneShareLoops(
  n: number,
  shares: number,
  pairsApart: number,
): ShareLoops | undefined {
  // Vectors that are a multiple of 4096 bytes apart would all want the same lines of a cache.
  const padded = 2 * Math.ceil(n / 2);
  const apart = padded % 512 === 0 ? padded + 8 : padded;
  const numbers = apart * (KEPT_PLACES.count + SHARE_PLACES.count * shares);
  if (n === 0 || numbers > MOST_NUMBERS) return undefined;
  const lanes = createLanes(numbers + SPARE);
  return lanes && loopsIn(lanes, { n, padded, apart, shares, pairsApart });
}

interface Shape {
  readonly n: number;
  /** Even. */
  readonly padded: number;
  /** Numbers from one vector to the next. */
  readonly apart: number;
  readonly shares: number;
  readonly pairsApart: number;
}

function loopsIn(lanes: Lanes, { n, padded, apart, shares, pairsApart }: Shape): ShareLoops {
  const sums = lanes.vector(4);
  const all = lanes.vector(apart * (KEPT_PLACES.count + SHARE_PLACES.count * shares));
  const [atSums, kept] = [sums.byteOffset, all.byteOffset];
  const end = kept + 8 * padded;
  const { exponentiate, exponentiateDensity, most, newborn, ratios, add } = lanes.compileOnce(
    `shares ${apart} ${pairsApart}`,
    () => shareRoutines(8 * apart, pairsApart),
  );
  const vector = (place: number): Vector => all.subarray(place * apart, place * apart + n);
  const logDensity = vector(KEPT_PLACES.logDensity);
  let used = KEPT_PLACES.count;

  /** A share at these places; the row behind the last, where n is odd, weighs nothing. */
  function share(): Addressed {
    const first = used;
    used += SHARE_PLACES.count;
    const logGate = first + SHARE_PLACES.logGate;
    all.fill(Number.NEGATIVE_INFINITY, logGate * apart + n, logGate * apart + padded);
    return sharedAt(first, vector(logGate));
  }

  const sharedAt = (first: number, logGate: Vector): Addressed => ({
    gate: vector(first + SHARE_PLACES.gate),
    joint: vector(first + SHARE_PLACES.joint),
    logGate,
    at: kept + 8 * first * apart,
  });
  const at = (of: Share): number => (of as Addressed).at;

  return {
    total: sharedAt(KEPT_PLACES.gate, new Float64Array(0)),
    unit: sharedAt(KEPT_PLACES.gateUnit, new Float64Array(0)),
    density: vector(KEPT_PLACES.density),
    logDensity,
    ratio: vector(KEPT_PLACES.ratio),
    share,
    exponentiate(of) {
      exponentiate(end, kept, at(of), atSums);
      return sums[0]! + sums[1]! < LARGEST_TOTAL;
    },
    exponentiateDensity(of) {
      exponentiateDensity(end, kept, at(of), atSums);
      return sums[0]! + sums[1]! < LARGEST_TOTAL;
    },
    add(a, b, out) {
      add(at(a) + 8 * (apart + padded), at(a), at(b), at(out));
    },
    most() {
      most(end, kept, atSums);
      return sums[0]! + sums[1]!;
    },
    newborn(of, round) {
      newborn(end, kept + 16 * round, at(of) + 16 * round, atSums);
      return sums[2]! + sums[3]! < LARGEST_TOTAL ? sums[0]! + sums[1]! : Number.NaN;
    },
    ratios: (of) => ratios(end, kept, at(of)),
  };
}
