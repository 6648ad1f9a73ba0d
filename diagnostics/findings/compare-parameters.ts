import type { Finding } from "../../src/core/diagnostic.ts";
import type { Compared, ComparedComponent, CompareEvidence } from "./compare-evidence.ts";
import { count, rounded, toScale } from "./wording.ts";

/** The posterior mean is far from the maximum from so many standard errors on. */
const FAR = 2;
/**
 * The likelihood there is much lower from this difference of logs on: what it falls by where one
 * parameter is `FAR` standard errors off and the others are as good as can be.
 */
const MUCH_LOWER = FAR ** 2 / 2;
/** Of a posterior: about that of a gamma distribution of shape 4, whose skewness is 1. */
const ASYMMETRIC = 0.25;
/** In posterior sds: how far the mean of that distribution is from its mode. */
const SHIFTED = 0.5;
const MOST_NAMED = 3;

interface Named extends Compared {
  readonly name: string;
}

/** How parameters differ where both sides are at the same optimum: drawn off by the prior, or asymmetric. */
export function compareParameters({
  components,
  logLikelihood,
  separated,
}: CompareEvidence): Finding[] {
  const all = components.flatMap((component, k) => named(component, k, separated));
  const { maximum, atPosteriorMean } = logLikelihood;
  const drop = maximum - (atPosteriorMean ?? maximum);
  const pulled = drop > MUCH_LOWER ? all.filter(isFar) : [];
  const skewed = all.filter((one) => !pulled.includes(one) && isSkewed(one));
  return [...priorPull(pulled, drop), ...skewedPosterior(skewed)];
}

/** A separated gate has no estimate: its rows and the weights are left out. */
function named(component: ComparedComponent, k: number, separated: boolean): Named[] {
  const { weight, coefficients, sd, others = {}, gate } = component;
  const part = (kind: string, of: Readonly<Record<string, Compared>>): Named[] =>
    Object.entries(of).map(([term, one]) => ({ ...one, name: `${kind}[${k + 1},${term}]` }));
  return [
    ...part("coef", coefficients),
    ...(sd === undefined ? [] : [{ ...sd, name: `sd[${k + 1}]` }]),
    ...Object.entries(others).map(([name, one]) => ({ ...one, name: `${name}[${k + 1}]` })),
    ...(separated ? [] : [{ ...weight, name: `weight[${k + 1}]` }, ...part("gate", gate)]),
  ];
}

const isFar = ({ difference }: Compared): boolean => Math.abs(difference ?? 0) > FAR;

function isSkewed({ posterior, maximum }: Compared): boolean {
  const { mean, sd, asymmetry } = posterior;
  const shift = (mean - maximum.estimate) / sd;
  if (asymmetry === null || !(sd > 0)) return false;
  return (
    Math.abs(asymmetry) > ASYMMETRIC &&
    Math.abs(shift) > SHIFTED &&
    Math.sign(shift) === Math.sign(asymmetry)
  );
}

function priorPull(pulled: readonly Named[], drop: number): Finding[] {
  if (pulled.length === 0) return [];
  const by = (one: Named): number => Math.abs(one.difference ?? 0);
  const worst = pulled.toSorted((a, b) => by(b) - by(a));
  const message =
    `the prior draws ${count(pulled.length, "parameter")} away from what the data say: ` +
    `${words(worst, ({ name, difference }) => `${name} by ${rounded(difference ?? 0)} standard errors`)}; ` +
    `the log-likelihood is ${rounded(drop)} lower at the posterior means than at the maximum; ` +
    "report the prior with the result, or widen it if it says more than you know";
  return [{ code: "prior-pull", severity: "problem", message }];
}

function skewedPosterior(skewed: readonly Named[]): Finding[] {
  if (skewed.length === 0) return [];
  const shift = ({ posterior, maximum }: Named): number =>
    Math.abs(posterior.mean - maximum.estimate) / posterior.sd;
  const worst = skewed.toSorted((a, b) => shift(b) - shift(a));
  const both = ({ name, posterior, maximum }: Named): string =>
    `${name} (mean ${toScale(posterior.mean, posterior.sd)}, maximum ${toScale(maximum.estimate, posterior.sd)})`;
  const message =
    `the posterior is skewed in ${count(skewed.length, "parameter")}, so its mean lies away from the maximum: ` +
    `${words(worst, both)}; a symmetric interval around the maximum covers too much on one side and ` +
    "too little on the other; report the posterior's quantiles";
  return [{ code: "skewed-posterior", severity: "note", message }];
}

function words(of: readonly Named[], say: (one: Named) => string): string {
  const shown = of.slice(0, MOST_NAMED).map(say).join(", ");
  return of.length > MOST_NAMED ? `${shown} and ${of.length - MOST_NAMED} more` : shown;
}
