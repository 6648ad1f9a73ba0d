import type { Finding } from "../core/diagnostic.ts";
import type { GridPoint, VaryingCurves } from "../core/varying-fit.ts";
import { INTERCEPT } from "../data/design.ts";

/** Below this a component has hardly any rows at a grid point. */
const FEW_ROWS = 10;
/** A share below which a component is told to have vanished there. */
const VANISHED = 0.02;
const HIGH_OVERLAP = 0.8;

/** What the user must know of estimated coefficient functions; problems first. */
export function varyingFindings(fit: VaryingCurves): Finding[] {
  const { points, components: K } = fit;
  const at = (has: (point: GridPoint) => boolean): string =>
    spans(points.map((point) => ({ u: point.u, has: has(point) })));
  const found = [
    finding("grid-gap", "problem", fit.leftOut.length, () => gap(fit)),
    finding("bandwidth-beyond-index", "problem", fit.bandwidth > 1 ? 1 : 0, () => beyond(fit)),
    pointwise(
      "not-converged",
      "problem",
      at((p) => !p.converged),
      (where) =>
        `the local likelihood has not come to its maximum at ${index(fit)} = ${where}: the estimates there are not to be ` +
        "read; try a larger bandwidth or fewer components",
    ),
    ...fewTrials(fit),
    finding("not-settled", "problem", fit.settled ? 0 : 1, () => notSettled(fit)),
    pointwise(
      "ambiguous-labels",
      "problem",
      at((p) => p.ambiguous),
      (where) =>
        `at ${index(fit)} = ${where} the components are too alike to say which is which: curves may change places ` +
        "there; read each component only between such points",
    ),
    pointwise(
      "few-rows",
      "problem",
      at((p) => K > 0 && Math.min(...p.expertEffectiveN) < FEW_ROWS),
      (where) =>
        `at ${index(fit)} = ${where} a component rests on fewer than ${FEW_ROWS} rows; take a larger bandwidth or ` +
        "fewer components",
    ),
    pointwise(
      "component-vanishes",
      "note",
      at((p) => Math.min(...p.weights) < VANISHED),
      (where) =>
        `at ${index(fit)} = ${where} a component has less than ${100 * VANISHED} % of the rows; its coefficients there ` +
        "say little",
    ),
    pointwise(
      "high-overlap",
      "note",
      at((p) => p.overlap > HIGH_OVERLAP),
      (where) =>
        `at ${index(fit)} = ${where} hardly a row can be given to a component (mean entropy above ${HIGH_OVERLAP})`,
    ),
    finding(
      "rows-dropped",
      "note",
      fit.dropped,
      () => `${fit.dropped} of ${fit.rows + fit.dropped} rows were left out, for want of a value`,
    ),
  ].flat();
  return found.toSorted((a, b) => Number(a.severity === "note") - Number(b.severity === "note"));
}

/** K binomials with fewer than 2K − 1 trials are told apart by their covariates, or not at all. Source: [blischke1964]. */
function fewTrials({ mostTrials, components: K, curves }: VaryingCurves): Finding[] {
  if (mostTrials === undefined || K === 1 || mostTrials >= 2 * K - 1) return [];
  const hasCovariates = curves.some(({ part, term }) => part === "experts" && term !== INTERCEPT);
  const most = `no row has more than ${mostTrials} ${mostTrials === 1 ? "trial" : "trials"}`;
  const need = `${2 * K - 1}, which ${K} components need to be told apart by the response`;
  return finding("few-trials", hasCovariates ? "note" : "problem", 1, () =>
    hasCovariates
      ? `${most}, fewer than ${need}: they are told apart by their covariates alone`
      : `${most}, fewer than ${need}: the experts have no covariates, so nothing tells them apart`,
  );
}

const index = ({ index: { name } }: VaryingCurves): string => name;

function finding(
  code: string,
  severity: Finding["severity"],
  count: number,
  message: () => string,
): Finding[] {
  return count > 0 ? [{ code, severity, message: message() }] : [];
}

function pointwise(
  code: string,
  severity: Finding["severity"],
  where: string,
  message: (where: string) => string,
): Finding[] {
  return where === "" ? [] : [{ code, severity, message: message(where) }];
}

function gap(fit: VaryingCurves): string {
  const all = [
    ...fit.grid.map((u) => ({ u, has: false })),
    ...fit.leftOut.map((u) => ({ u, has: true })),
  ].sort((a, b) => a.u - b.u);
  return (
    `no estimate at ${index(fit)} = ${spans(all)}: the window there holds fewer rows than parameters; the curves are ` +
    "straight lines across; take a larger bandwidth, or read nothing there"
  );
}

function beyond({ bandwidth, index: { name, low, high } }: VaryingCurves): string {
  const share = Number((bandwidth / (high - low)).toPrecision(3));
  const units = share <= 1 ? `; ${bandwidth} in units of ${name} is ${share}` : "";
  return (
    `the bandwidth, ${bandwidth}, is a share of the range of ${name}: above 1 coefficients are little more than straight ` +
    `lines; take less${units}`
  );
}

function notSettled({ estimator }: VaryingCurves): string {
  return estimator === "local"
    ? "the coefficients that do not vary have not come to rest; try a larger bandwidth or another seed"
    : "label-consistent EM has not come to rest; allow more iterations";
}

/** "0.1 … 0.3, 0.7": runs of neighbouring points that have something. */
function spans(points: readonly { readonly u: number; readonly has: boolean }[]): string {
  const runs: number[][] = [];
  points.forEach(({ u, has }, i) => {
    if (!has) return;
    if (points[i - 1]?.has === true) runs.at(-1)!.push(u);
    else runs.push([u]);
  });
  const show = (u: number): string => String(Number(u.toPrecision(4)));
  return runs
    .map((run) => (run.length === 1 ? show(run[0]!) : `${show(run[0]!)} … ${show(run.at(-1)!)}`))
    .join(", ");
}
