import { InputError } from "./input-error.ts";
import { numbers, wholeNumber } from "./option-values.ts";

const MOST_POINTS = 1000;

/** Reads points of the index scaled to 0 … 1: "from:to:step", or numbers separated by commas. */
export function gridPoints(text: string): readonly number[] {
  const parts = text.split(":");
  if (parts.length === 1) return commaPoints(text);
  const [from = Number.NaN, to = Number.NaN, step = Number.NaN] = parts.map((part) =>
    part.trim() === "" ? Number.NaN : Number(part),
  );
  const points = Math.floor((to - from) / step + 1e-9) + 1;
  const isRange = parts.length === 3 && from >= 0 && to <= 1 && from <= to && step > 0;
  if (!isRange || !(points <= MOST_POINTS)) {
    throw new InputError(
      `--grid must be from:to:step on the index scaled to 0 … 1, at most ${MOST_POINTS} points, such as 0.05:0.95:0.05; ` +
        `got "${text}"`,
    );
  }
  return Array.from({ length: points }, (_, j) =>
    Math.min(to, Number((from + j * step).toPrecision(12))),
  );
}

const commaPoints = numbers(
  "--grid",
  "from:to:step or numbers from 0 to 1",
  (u) => u >= 0 && u <= 1,
);

/** Reads a positive number no larger than `most`. */
export function positive(option: string, most = Number.MAX_VALUE): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value > 0 && value <= most) return value;
    const and = most === Number.MAX_VALUE ? "" : ` and ≤ ${most}`;
    throw new InputError(`${option} must be a number > 0${and}; got "${text}"`);
  };
}

const MOST_EXPERTS = 10;
const wholeAndPositive = wholeNumber("--components", 1);

function oneNumber(text: string): number {
  const value = wholeAndPositive(text);
  if (value <= MOST_EXPERTS) return value;
  throw new InputError(`--components must be from 1 to ${MOST_EXPERTS}; got "${text}"`);
}

/** Reads "k", "a:b" or numbers separated by commas. */
export function numbersOfExperts(text: string): readonly number[] {
  const [from, to, ...more] = text.split(":");
  if (to === undefined) return [...new Set(text.split(",").map(oneNumber))].sort((a, b) => a - b);
  const [first, last] = [oneNumber(from!), oneNumber(to)];
  if (more.length === 0 && first <= last) {
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  }
  throw new InputError(`--components must be k, from:to or k,k,…; got "${text}"`);
}
