import type { Vector } from "../math/matrix.ts";

const [MINUS, POINT, COMMA, ZERO] = [45, 46, 44, 48];
/** Whole numbers of so many digits are exact, and so are these powers of ten: their ratio is the nearest double. */
const MOST_DIGITS = 15;
const POWERS = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, k) => 10 ** k);

/**
 * Reads text[from … end) as `out.length` decimal numbers between commas, to the bits of `Number`. False where it is
 * anything else or more than this can read (blanks, exponents, many digits, other words, more or fewer cells); `out`
 * is then of no use.
 */
export function readPlainNumbers(text: string, from: number, end: number, out: Vector): boolean {
  let at = from;
  for (let j = 0; j < out.length; j++) {
    if (at > end) return false;
    const to = cellEnd(text, at, end);
    const value = plainNumber(text, at, to);
    if (Number.isNaN(value)) return false;
    out[j] = value;
    at = to + 1;
  }
  return at === end + 1;
}

function cellEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) !== COMMA) at++;
  return at;
}

/** NaN where it is not plain. */
function plainNumber(text: string, from: number, to: number): number {
  const isNegative = text.charCodeAt(from) === MINUS;
  const first = isNegative ? from + 1 : from;
  let point = -1;
  let whole = 0;
  for (let at = first; at < to; at++) {
    const code = text.charCodeAt(at);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
    else if (code === POINT && point < 0) point = at;
    else return Number.NaN;
  }
  const digits = to - first - (point < 0 ? 0 : 1);
  if (digits < 1 || digits > MOST_DIGITS) return Number.NaN;
  const value = point < 0 ? whole : whole / POWERS[to - point - 1]!;
  return isNegative ? -value : value;
}
