/**
 * exp and log by tables: four times faster than Math.exp and Math.log, and the same bits on every
 * engine (ECMAScript leaves the accuracy of Math.exp and Math.log to the implementation).
 */

const FRACTION_BITS = 128n;
const ONE = 1n << FRACTION_BITS;

/** log((1 + t) / (1 − t)) = 2 Σ t^(2k+1) / (2k+1), t = numerator / denominator, in fixed point. */
function fixedLog(numerator: bigint, denominator: bigint): bigint {
  const t = (ONE * numerator) / denominator;
  const square = (t * t) >> FRACTION_BITS;
  let power = t;
  let sum = 0n;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k;
    power = (power * square) >> FRACTION_BITS;
  }
  return 2n * sum;
}

function fixedExp(x: bigint): bigint {
  let term = ONE;
  let sum = 0n;
  for (let k = 1n; term !== 0n; k++) {
    sum += term;
    term = ((term * x) >> FRACTION_BITS) / k;
  }
  return sum;
}

/** The double nearest to a number in fixed point. */
const nearest = (fixed: bigint): number => Number(fixed) * 2 ** -Number(FRACTION_BITS);

const LN2 = fixedLog(1n, 3n);

/** Leading 32 bits and the rest of a fixed-point number, so that (small whole number) · high is exact. */
function split(fixed: bigint): [number, number] {
  const dropped = FRACTION_BITS - 32n;
  const high = (fixed >> dropped) << dropped;
  return [nearest(high), nearest(fixed - high)];
}

export const EXP_CELLS = 64;

/** The numbers that `fastExp` works with: roots are 2 · 2^(j/64). */
export const EXP_PARTS = expParts();

function expParts() {
  const [stepHigh, stepLow] = split(LN2 / BigInt(EXP_CELLS));
  return {
    /** Adding and subtracting 1.5 · 2^52 rounds a double to the nearest whole number. */
    rounder: 1.5 * 2 ** 52,
    cellsPerUnit: nearest((ONE * ONE * BigInt(EXP_CELLS)) / LN2),
    stepHigh,
    stepLow,
    roots: rootsOf2(),
  };
}

/** 2 · 2^(j/64), each from the one before. */
function rootsOf2(): Float64Array {
  const ratio = fixedExp(LN2 / BigInt(EXP_CELLS));
  let root = 2n * ONE;
  return new Float64Array(EXP_CELLS).map(() => {
    const double = nearest(root);
    root = (root * ratio) >> FRACTION_BITS;
    return double;
  });
}

/**
 * e^x within 1.5 units in the last place, with gradual underflow to 0 below −743.8.
 * 1 at 0, Infinity above 709.783, 0 at −Infinity; NaN for NaN. Source: [tang1989].
 */
export const fastExp: (x: number) => number = buildExp();

/**
 * A closure, since compilers fold its constants and those in a body, but look a bundled module's variables up each time:
 * the numbers that a draw or a row needs stand inside the functions that use them.
 */
function buildExp(): (x: number) => number {
  const { rounder, cellsPerUnit, stepHigh, stepLow, roots } = EXP_PARTS;
  // ½ · 2^k at k + 1080, k = −1080 … 1024: so halved, 2^1024 is in reach of twice a root.
  const halfPowers = Float64Array.from({ length: 1080 + 1025 }, (_, k) => 2 ** (k - 1081));

  const clampAbove = (x: number): number => {
    if (x > 709.79) return 709.79;
    return x;
  };

  /** e^r − 1 for |r| ≤ log(2) / 128; the first term left out is below 2^-54. */
  const expm1Near0 = (r: number): number => {
    const r2 = r * r;
    return r + r2 * (0.5 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120)));
  };

  return (x) => {
    // Clamping costs less than leaving by a call; beyond the clamps the result no longer changes.
    const t = x < -745 ? -745 : clampAbove(x);
    const cell = t * cellsPerUnit + rounder - rounder;
    const index = cell | 0;
    const r = t - cell * stepHigh - cell * stepLow;
    const root = roots[index & 63]!;
    return (root + root * expm1Near0(r)) * halfPowers[(index >> 6) + 1080]!;
  };
}

const LOG_CELLS = 128;
/** High word of about √½, placed so that 1 is the middle of a cell. */
const LOG_ORIGIN = 0x3fe6b000;

/** The numbers that `fastLog` works with; entry j of a table is of cell j, `LOG_CELLS` a power of two. */
export const LOG_PARTS = logParts();

const { fastLog, fastLogOfNormal } = buildLog();

export {
  /**
   * log x within 2 units in the last place; exact at 1.
   * −Infinity at 0, Infinity at Infinity, NaN below 0 and for NaN. Source: [tang1990].
   */
  fastLog,
  /** The same bits for x in [2^-1022, Infinity), where nothing needs to be checked; of no use elsewhere. */
  fastLogOfNormal,
};

function logParts() {
  const [ln2High, ln2Low] = split(LN2);
  return { ln2High, ln2Low, origin: LOG_ORIGIN, ...logTables() };
}

function buildLog() {
  const { ln2High, ln2Low, origin, centres, inverses, logs } = LOG_PARTS;
  // 2^−k at k mod 2048, k = −1023 … 1024.
  const powers = Float64Array.from({ length: 2048 }, (_, k) => 2 ** (k > 1024 ? 2048 - k : -k));
  const double = Float64Array.of(1);
  const words = new Int32Array(double.buffer);
  const highWord = words[1] === 0x3ff00000 ? 1 : 0;

  /** log(1 + r) for |r| ≤ 1/256; the first term left out is below 2^-59 r. */
  const log1pNear0 = (r: number): number => {
    const r2 = r * r;
    const tail = 1 / 3 - r * 0.25 + r2 * (0.2 - r * (1 / 6) + r2 * (1 / 7));
    return r - r2 * (0.5 - r * tail);
  };

  /** log (t · 2^shift) for a normal t. */
  const scaled = (t: number, shift: number): number => {
    double[0] = t;
    const offset = (words[highWord]! - origin) | 0;
    const power = offset >> 20;
    const cell = (offset >> 13) & 127;
    // The mantissa comes from a product: writing words and reading the double back would stall.
    const mantissa = t * powers[power & 2047]!;
    const r = (mantissa - centres[cell]!) * inverses[cell]!;
    const exponent = power + shift;
    return exponent * ln2High + (logs[cell]! + (exponent * ln2Low + log1pNear0(r)));
  };

  const ofRest = (x: number): number => {
    if (x > 0) return x < Number.POSITIVE_INFINITY ? scaled(x * 2 ** 54, -54) : x;
    return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  };

  return {
    fastLog: (x: number): number =>
      x >= 2 ** -1022 && x < Number.POSITIVE_INFINITY ? scaled(x, 0) : ofRest(x),
    fastLogOfNormal: (x: number): number => scaled(x, 0),
  };
}

/** Middles of the cells, their inverses and their logarithms. */
function logTables() {
  const view = new DataView(new ArrayBuffer(8));
  const centres = Float64Array.from({ length: LOG_CELLS }, (_, j) => {
    view.setInt32(0, LOG_ORIGIN + j * 0x2000 + 0x1000);
    return view.getFloat64(0);
  });
  return { centres, inverses: centres.map((c) => 1 / c), logs: logsOf(centres) };
}

/** From that of 1, one of the centres, outward: logarithms of the ratios of neighbours take few terms. */
function logsOf(centres: Float64Array): Float64Array {
  const whole = Array.from(centres, (c) => BigInt(c * 1024));
  const one = centres.indexOf(1);
  const logs = new Float64Array(centres.length);
  for (const step of [1, -1]) {
    let log = 0n;
    for (let j = one + step; j >= 0 && j < logs.length; j += step) {
      const [before, here] = [whole[j - step]!, whole[j]!];
      log += fixedLog(here - before, here + before);
      logs[j] = nearest(log);
    }
  }
  return logs;
}
