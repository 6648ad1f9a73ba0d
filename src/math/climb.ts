/** The smaller part of a golden section. */
const GOLDEN = (3 - Math.sqrt(5)) / 2;
const MOST_DOUBLINGS = 60;
const TOLERANCE = 1e-9;

/** A point that is at least as high as both ends of an interval around it. */
interface Bracket {
  left: number;
  best: number;
  right: number;
  height: number;
}

/**
 * Where a function of one variable with a single peak is highest: from `start` in growing steps until it falls on both
 * sides, then by golden section, to about 1e-8 of the peak's width. Where f is −Infinity it is only avoided; it must be
 * finite at the start. Source: [brent1973] §5.
 */
export function climb(f: (x: number) => number, start: number, step: number): number {
  const bracket = { left: start - step, best: start, right: start + step, height: f(start) };
  for (const direction of [1, -1]) widen(f, bracket, direction, step);
  while (bracket.right - bracket.left > TOLERANCE * (Math.abs(bracket.best) + step)) {
    narrow(f, bracket);
  }
  return bracket.best;
}

/** Moves the bracket on in one direction, in steps that double, until the function falls. */
function widen(f: (x: number) => number, bracket: Bracket, direction: number, step: number): void {
  let reach = direction * step;
  for (let count = 0; count < MOST_DOUBLINGS; count++) {
    const x = direction > 0 ? bracket.right : bracket.left;
    const height = f(x);
    if (!(height > bracket.height)) return;
    reach *= 2;
    bracket.left = direction > 0 ? bracket.best : x + reach;
    bracket.right = direction > 0 ? x + reach : bracket.best;
    bracket.best = x;
    bracket.height = height;
  }
}

/** Tries a point in the larger part of the bracket and cuts off what cannot hold the peak. */
function narrow(f: (x: number) => number, bracket: Bracket): void {
  const { left, best, right } = bracket;
  const above = right - best > best - left;
  const x = above ? best + GOLDEN * (right - best) : best - GOLDEN * (best - left);
  const height = f(x);
  const higher = height > bracket.height;
  if (higher) {
    bracket.best = x;
    bracket.height = height;
  }
  if (above === higher) bracket.left = higher ? best : x;
  else bracket.right = higher ? best : x;
}
