import { bandLimits } from "../../diagnostics/bands/band.ts";
import { gumbelCritical, tubeCritical } from "../../diagnostics/bands/critical.ts";
import { multiplierCritical } from "../../diagnostics/bands/multiplier.ts";
import { correlations, influenceLength, squares } from "../../diagnostics/bands/paths.ts";
import { layoutOf } from "../../samplers/varying/layout.ts";
import type { InfluencePath } from "../core/influence.ts";
import { logistic } from "../math/log-sum-exp.ts";
import { type Matrix, row, type Vector } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import { normalQuantile } from "../math/stdlib.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import type { MissingBand, VaryingBand, VaryingBands } from "./varying-band-types.ts";
import type { VaryingFunction } from "./varying-functions.ts";
import type { EstimatedPath, LocalFit } from "./varying-paths.ts";

export interface BandSettings {
  readonly level: number;
  readonly kind: VaryingBands["kind"];
  readonly smallSample: boolean;
  readonly draws: number;
  readonly seed: number;
  readonly stream: number;
}

const STREAM = 0x6264;

/** The band of one function: `own` gives the fit's estimate, `path` what the band lies around. */
export function bandOf(
  fit: VaryingFit,
  own: { readonly of: VaryingFunction; readonly theta: Matrix },
  used: LocalFit,
  path: EstimatedPath,
  settings: BandSettings,
): VaryingBand {
  const { level, smallSample } = settings;
  const missing = missingOf(fit, used, path);
  const known = new Set(fit.grid);
  for (const { u } of missing) known.delete(u);
  const influences = path.influences.map((at, g) =>
    known.has(fit.grid[g]!) ? at : { from: 0, values: new Float64Array(0) },
  );
  const { of } = own;
  const isShifted = smallSample && of.part === "dispersion";
  const centre = isShifted ? lessBias(path, influences) : path.value;
  const pointwise = normalQuantile(0.5 + 0.5 * level);
  const critical = Math.max(pointwise, criticalOf(influences, used.bandwidth, settings));
  const limits = bandLimits(centre, influences, { level, critical, student: smallSample });
  const onFewRows = fit.grid.filter((_, g) => {
    const quantile = (limits.simultaneousUpper[g]! - centre[g]!) / limits.se[g]!;
    return quantile > WIDENED * critical;
  });
  const isProbability = of.part === "probability";
  const shown = (values: Vector): number[] =>
    Array.from(values, (value) => (isProbability ? logistic(value) : value));
  return {
    ...{ component: of.component, part: of.part, term: of.term, varies: of.varies },
    ...{ u: fit.grid, critical },
    ...(missing.length === 0 ? {} : { missing }),
    ...(onFewRows.length === 0 ? {} : { onFewRows }),
    ...(of.against === undefined ? {} : { against: of.against }),
    estimate: shown(valuesOf(own)),
    centre: shown(centre),
    se: [...limits.se],
    lower: shown(limits.lower),
    upper: shown(limits.upper),
    simultaneousLower: shown(limits.simultaneousLower),
    simultaneousUpper: shown(limits.simultaneousUpper),
  };
}

/** A t quantile this many times the normal one belongs to about four degrees of freedom: a few rows. */
const WIDENED = 2;

const valuesOf = ({ of, theta }: { of: VaryingFunction; theta: Matrix }): Vector =>
  Float64Array.from({ length: theta.rows }, (_, g) => of.value(row(theta, g)));

/** The bias to second order is itself uncertain: of it is taken b / (1 + (b / se)²). */
function lessBias({ value, bias }: EstimatedPath, path: InfluencePath): Vector {
  return value.map((at, g) => {
    const b = bias[g]!;
    const variance = squares(path[g]!.values);
    return variance > 0 ? at - b / (1 + (b * b) / variance) : at;
  });
}

function criticalOf(
  path: InfluencePath,
  bandwidth: number,
  { kind, level, draws, seed, stream }: BandSettings,
): number {
  if (kind === "gumbel") return gumbelCritical(level, bandwidth);
  if (kind === "tube") return tubeCritical(level, influenceLength(path));
  const correlation = correlations(path);
  return multiplierCritical(createRng(seed, STREAM, stream), correlation, level, draws);
}

function missingOf(fit: VaryingFit, used: LocalFit, path: EstimatedPath): MissingBand[] {
  const { values, slopes, hasDispersion } = layoutOf(used.problem);
  const parameters = values[0] + slopes[0] + (hasDispersion ? values[1] + slopes[1] : 0);
  const { component, against = component, part } = path.of;
  const isOfAll = part === "gate" || part === "probability";
  return fit.points.flatMap(({ u, expertEffectiveN }, g): MissingBand[] => {
    const rows = isOfAll
      ? expertEffectiveN
      : [component, against].map((c) => expertEffectiveN[c - 1]!);
    if (!(Math.min(...rows) > parameters)) return [{ u, reason: "few-rows" }];
    if (!used.converged[g]) return [{ u, reason: "not-converged" }];
    return path.influences[g]!.values.length === 0 ? [{ u, reason: "not-definite" }] : [];
  });
}
