import type {
  ConditionalDensity,
  DensityExpert,
  ExpertAtom,
  WeightedMeasure,
} from "../../diagnostics/losses/index.ts";
import { type KnownPart, parseKnown } from "../../models/known/parse.ts";
import { MoebiusError } from "../core/errors.ts";
import { evaluate } from "../data/evaluate.ts";
import type { Expression } from "../data/expression.ts";
import { tableFrom } from "../data/table.ts";
import { fastLog } from "../math/exp.ts";
import type { Vector } from "../math/matrix.ts";

/** Numbers of a line are read off differences: those this close, relatively, are one. */
const ROUNDING = 1e-9;
/** Where a location is looked at to see whether it is a line, in covariates. */
const PLACES = [-1.3, 0.4, 2.7];

/** A known density as one of y given the covariates of these names, for distances. */
export function knownDensity(text: string, names: readonly string[]): ConditionalDensity {
  const parts = parseKnown(text);
  const logs = parts.map(({ weight }) => fastLog(weight));
  return {
    experts: parts.map((part) => densityOf(part, names)),
    logWeights: (_, out) => out.set(logs),
    heavyTails: parts.some((part) => !isNormal(part)),
  };
}

const isNormal = ({ family }: KnownPart): boolean => family.name === "normal";

function densityOf(part: KnownPart, names: readonly string[]): DensityExpert {
  const standard = part.family.standard(part.shape);
  const at = lastOnly((x) => {
    const scale = valueAt(part.scale, names, x);
    return { location: valueAt(part.location, names, x), scale, logScale: fastLog(scale) };
  });
  return {
    logDensity(y, x) {
      const { location, scale, logScale } = at(x);
      return standard.logDensity((y - location) / scale) - logScale;
    },
    centre: (x) => at(x).location,
    spread: (x) => at(x).scale,
  };
}

const valueAt = (e: Expression, names: readonly string[], x: ArrayLike<number>): number =>
  evaluate(e, tableFrom(Object.fromEntries(names.map((name, c) => [name, [x[c]!]]))))[0]!;

/** f, which is evaluated anew only where its argument has changed. */
function lastOnly<T>(f: (x: Vector) => T): (x: Vector) => T {
  let seen: Vector | undefined;
  let value: T | undefined;
  return (x) => {
    if (seen === undefined || x.some((entry, c) => entry !== seen![c])) {
      seen = x.slice();
      value = f(seen);
    }
    return value!;
  };
}

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= ROUNDING * (1 + Math.abs(b));

/**
 * The known density as a mixture of normal linear experts, where it is one: then it is not distinguishable from what
 * deviates from it. An expert that is one of the truth's, rounding aside, has its very numbers.
 */
export function knownMixture(
  text: string,
  names: readonly string[],
  truth: readonly ExpertAtom[] = [],
): WeightedMeasure | undefined {
  const parts = parseKnown(text);
  const experts = parts.map((part) => atomOf(part, names));
  if (!experts.every((atom) => atom !== undefined)) return undefined;
  return {
    weights: parts.map(({ weight }) => weight),
    experts: experts.map((atom) => truth.find((other) => isSame(atom, other)) ?? atom),
  };
}

const isSame = (a: ExpertAtom, b: ExpertAtom): boolean =>
  isClose(a.sd!, b.sd!) && a.coefficients.every((value, c) => isClose(value, b.coefficients[c]!));

function atomOf(part: KnownPart, names: readonly string[]): ExpertAtom | undefined {
  if (!isNormal(part)) return undefined;
  const mean = lineOf(part.location, names);
  const sd = lineOf(part.scale, names);
  if (mean === undefined || sd === undefined || sd.slice(1).some((slope) => slope !== 0)) {
    return undefined;
  }
  return { coefficients: mean, sd: sd[0]! };
}

/** Intercept and slopes of an expression that is a line in the covariates. */
function lineOf(e: Expression, names: readonly string[]): number[] | undefined {
  try {
    return lineThrough(e, names);
  } catch (error) {
    // No line ends where covariates are negative.
    if (error instanceof MoebiusError) return undefined;
    throw error;
  }
}

function lineThrough(e: Expression, names: readonly string[]): number[] | undefined {
  const unit = (c: number) => names.map((_, j) => (j === c ? 1 : 0));
  const level = valueAt(e, names, unit(-1));
  const slopes = names.map((_, c) => valueAt(e, names, unit(c)) - level);
  const isLine = PLACES.every((place, p) => {
    const x = names.map((_, c) => place * (1 + ((c + p) % 3)));
    const expected = slopes.reduce((sum, slope, c) => sum + slope * x[c]!, level);
    return isClose(valueAt(e, names, x), expected);
  });
  return isLine ? [level, ...slopes].map((value) => (isClose(value, 0) ? 0 : value)) : undefined;
}
