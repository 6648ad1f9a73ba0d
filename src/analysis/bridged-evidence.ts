import { type Bridge, bridgeSampling } from "../../diagnostics/bridge-sampling.ts";
import { receiver } from "../../models/reporter.ts";
import { logRatios } from "../../samplers/marginal/evidence.ts";
import { momentGuides } from "../../samplers/marginal/moments.ts";
import { variable } from "../core/draws.ts";
import { chartOf } from "../core/marginal-chart.ts";
import { type MarginalPosterior, marginalPosterior } from "../core/marginal-posterior.ts";
import { evenDraws, forEachState } from "../core/posterior.ts";
import type { Target } from "../core/target.ts";
import type { Vector } from "../math/matrix.ts";
import { mean } from "../math/moments.ts";
import { createRng } from "../math/rng.ts";
import type { Fitted } from "./fitted.ts";
import { judged, noEvidence, type RunEvidence } from "./judged-evidence.ts";

const MOST_DRAWS = 8000;
const FEWEST_DRAWS = 100;
/** Draws that a covariance needs for each parameter. */
const DRAWS_PER_PARAMETER = 5;
/** Rows times experts that the proposals may look at: about six seconds. */
const MOST_CELLS = 4e8;
const FEWEST_PROPOSALS = 100;
/** Autocorrelation is underestimated by chains that seldom change places; source: our own replicates. */
const INFLATION = 1.3;
/** A mode whose normal approximation has less than exp(−this) of the mass of another's is left out. */
const LESSER = 20;

/**
 * By bridge sampling: half of the chains make a normal density in one numbering of the components; the others, with
 * draws of that density, give an estimate; and the other way round. stream: that of the proposals, the half is appended.
 */
export function bridgedEvidence(
  fitted: Fitted,
  stream: readonly [number, ...number[]],
  proposals: number,
): RunEvidence {
  const { target } = fitted.compiled;
  const posterior = marginalPosterior(target);
  const { dimension } = posterior.layout;
  const all = visitedBy(fitted, posterior);
  const chains = inLargestModes(target, posterior, all);
  const [left, right] = halves(chains);
  const drawn = Math.min(...[left, right].map((half) => half.flat().length));
  const needed = Math.max(FEWEST_DRAWS, DRAWS_PER_PARAMETER * dimension);
  if (drawn < needed) {
    return noEvidence(
      `${dimension} parameters need ${needed} draws in each half of the chains, which have ${drawn}`,
    );
  }
  const most = Math.floor(MOST_CELLS / (2 * target.n * target.capacity));
  const count = Math.max(FEWEST_PROPOSALS, Math.min(proposals, most));
  const bridge = (make: readonly Chain[], use: readonly Chain[], half: number) => {
    const [seed, ...rest] = stream;
    const ratios = ratiosFrom(target, posterior, make.flat());
    if (ratios === undefined) return undefined;
    const rng = createRng(seed, ...rest, half);
    const proposed = Float64Array.from({ length: count }, () => ratios.draw(rng));
    const visited = use.map((chain) =>
      Float64Array.from(chain, ({ point, logLikelihood }) => ratios.at(point, logLikelihood)),
    );
    return bridgeSampling(proposed, visited);
  };
  return both(bridge(left, right, 0), bridge(right, left, 1), all.length - chains.length);
}

/** A draw in the coordinates of the posterior, components numbered as they were drawn. */
interface Visited {
  readonly point: Vector;
  readonly logLikelihood: number;
}
type Chain = readonly Visited[];

/** The draws of each chain, equally many and evenly spread. */
function visitedBy({ compiled, draws, target }: Fitted, posterior: MarginalPosterior): Chain[] {
  const { scales } = compiled.prepared;
  const receive = receiver(compiled.target, scales.experts, scales.gate);
  const chart = chartOf(compiled.target, posterior.layout);
  const identity = Int32Array.from({ length: compiled.target.capacity }, (_, k) => k);
  const logLikelihoods = variable(draws, "log_likelihood");
  const chains = draws.chains.map((): Visited[] => []);
  const picks = evenDraws(draws, MOST_DRAWS);
  forEachState(target, draws, picks, (state, s) => {
    receive(state);
    const point = new Float64Array(posterior.layout.dimension);
    chart.read(state, identity, point);
    const { chain, iteration } = picks[s]!;
    chains[chain]!.push({ point, logLikelihood: logLikelihoods[chain]![iteration]! });
  });
  return chains.filter(({ length }) => length > 0);
}

/**
 * The chains without those stuck in a mode of next to no mass. What a chain says of its own: the mean of the log ratios to
 * the normal density that it makes, the log mass of its mode if that is normal.
 */
function inLargestModes(
  target: Target,
  posterior: MarginalPosterior,
  chains: readonly Chain[],
): readonly Chain[] {
  if (chains.length < 2) return chains;
  const masses = chains.map((chain) => {
    const ratios =
      chain.length > posterior.layout.dimension && ratiosFrom(target, posterior, chain);
    if (!ratios) return Number.NaN;
    return mean(Float64Array.from(chain, (one) => ratios.at(one.point, one.logLikelihood)));
  });
  const most = Math.max(...masses.filter(Number.isFinite));
  return chains.filter((_, c) => !(masses[c]! < most - LESSER));
}

/** Every second chain and the others; of a single chain its beginning and its end. */
function halves(chains: readonly Chain[]): [readonly Chain[], readonly Chain[]] {
  if (chains.length > 1) {
    return [chains.filter((_, c) => c % 2 === 1), chains.filter((_, c) => c % 2 === 0)];
  }
  const only = chains[0] ?? [];
  const middle = Math.floor(only.length / 2);
  return [[only.slice(0, middle)], [only.slice(middle, 2 * middle)]];
}

/** Ratios to the density that these points make, its first numbering being that of the highest of them. */
function ratiosFrom(target: Target, posterior: MarginalPosterior, points: readonly Visited[]) {
  const last = target.capacity - 1;
  const heights = points.map(
    ({ point, logLikelihood }) => posterior.logPrior(point, last) + logLikelihood,
  );
  const highest = heights.reduce((best, height, s) => (height > heights[best]! ? s : best), 0);
  const guides = momentGuides(
    posterior.layout,
    points.map(({ point }) => point),
    points[highest]!.point,
  );
  return guides === undefined ? undefined : logRatios(target, posterior, guides);
}

/** The mean of two estimates that share neither draws nor proposals. */
function both(a: Bridge | undefined, b: Bridge | undefined, leftOut: number): RunEvidence {
  if (a === undefined || b === undefined) {
    return noEvidence("the draws do not spread in all directions of the parameters");
  }
  const value = 0.5 * (a.logConstant + b.logConstant);
  if (!Number.isFinite(value)) return noEvidence("halves of the chains are in different places");
  const error = INFLATION * Math.hypot(a.se, b.se);
  return judged(
    {
      value,
      se: 0.5 * error,
      overlap: Math.min(a.overlap, b.overlap),
      effective: Math.min(a.effective, b.effective),
      leftOut,
    },
    Math.abs(a.logConstant - b.logConstant) / error,
  );
}
