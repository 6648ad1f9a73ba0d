import type { Draws } from "../src/core/draws.ts";
import { UsageError } from "../src/core/errors.ts";
import { evenDraws, forEachState } from "../src/core/posterior.ts";
import type { Target } from "../src/core/target.ts";
import { fastLog } from "../src/math/exp.ts";
import { logSumExp } from "../src/math/log-sum-exp.ts";
import { row, type Vector } from "../src/math/matrix.ts";
import { integerBelow, type Rng } from "../src/math/rng.ts";
import {
  type MeasureSpace,
  type MixingMeasure,
  measureSpace,
  mergeAtoms,
} from "./mixing-measure.ts";

/**
 * What merge–truncate–merge compares with. Distances are in sds of the covariates and residual sds.
 */
export interface Thresholds {
  /** C, which theory leaves open. */
  readonly constant: number;
  /** r of the Wasserstein distance in which the posterior contracts. */
  readonly order: number;
  /** ω: atoms closer than this are merged. */
  readonly radius: number;
  /**
   * ω^r: an atom of less weight is truncated; one of weight q at distance D of a heavier one where
   * q D^r is less is merged.
   */
  readonly truncation: number;
  /**
   * The most atoms that can be left, as each has more weight than is truncated: a small one decides
   * the answer by itself.
   */
  readonly most: number;
}

/** Atoms left by one draw. */
export interface Merged {
  readonly measure: MixingMeasure;
  /**
   * For each atom left, heaviest first, the atoms (from 0) merged in it and those truncated, whose
   * weight alone it took.
   */
  readonly merged: readonly (readonly number[])[];
  readonly truncated: readonly (readonly number[])[];
}

/** How many atoms are left, over draws. */
export interface AtomCounts {
  /** Share of draws by number of atoms. */
  readonly counts: Readonly<Record<number, number>>;
  readonly mode: number;
  readonly thresholds: Thresholds;
}

/**
 * C of the default grid: theory asks for a rate, so that every constant is as good as another when
 * n is large.
 */
export const MTM_CONSTANTS: readonly number[] = [0.5, 0.75, 1, 1.25];

const MOST_DRAWS = 4000;

/**
 * ω = C (√(log n / n) · log log n)^(1/r) and ω^r, of which the factor log log n makes ω tend to 0
 * more slowly than the posterior contracts in W_r. order: absent, 2 ⌈K / 2⌉; the exact one is twice
 * one more than the number of surplus atoms, which is not known. Source: [guha2021] for the
 * requirement; the factor, the order and C = 1 are choices made here.
 */
export function mtmThresholds(
  n: number,
  K: number,
  constant = 1,
  order = 2 * Math.ceil(K / 2),
): Thresholds {
  const rate = Math.sqrt(fastLog(n) / n) * Math.max(1, fastLog(fastLog(n)));
  const truncation = constant ** order * rate;
  const most = Math.max(1, Math.min(K, Math.ceil(1 / truncation) - 1));
  return { constant, order, radius: constant * rate ** (1 / order), truncation, most };
}

/**
 * Merge–truncate–merge of one draw: atoms in random order join the first kept one within the
 * radius; light ones are truncated, and so are those close enough to a heavier one for their
 * weight; what is truncated leaves its weight to the nearest atom left. The heaviest atom always
 * stays. Atoms merged by the first step are joined by `mergeAtoms`. Source: [guha2021] algorithm 1,
 * with gate probabilities averaged over rows for weights.
 */
export function mergeTruncateMerge(
  rng: Rng,
  space: MeasureSpace,
  measure: MixingMeasure,
  { radius, order, truncation }: Pick<Thresholds, "radius" | "order" | "truncation">,
): Merged {
  const distance = distances(space, measure);
  const groups = mergeClose(shuffled(rng, measure.weight), distance, radius);
  const weightOf = (group: readonly number[]) =>
    group.reduce((sum, k) => sum + measure.weight[k]!, 0);
  const kept = groups
    .map((group) => ({ group, weight: weightOf(group), heirs: [] as number[] }))
    .sort((a, b) => b.weight - a.weight);
  const left: typeof kept = [];
  for (const atom of kept) {
    const light = !(atom.weight > truncation);
    const near = left.some(
      (other) => atom.weight * distance(atom.group[0]!, other.group[0]!) ** order <= truncation,
    );
    if (left.length === 0 || !(light || near)) left.push(atom);
  }
  for (const atom of kept) {
    if (left.includes(atom)) continue;
    const away = (other: (typeof kept)[number]) => distance(atom.group[0]!, other.group[0]!);
    left.reduce((a, b) => (away(b) < away(a) ? b : a)).heirs.push(...atom.group);
  }
  const merged = left.map(({ group }) => group);
  const truncated = left.map(({ heirs }) => heirs);
  return { measure: withHeirs(space, measure, merged, truncated), merged, truncated };
}

/**
 * The groups as atoms, with the weights of the truncated added: in the mean over rows and at the
 * centre of the covariates.
 */
function withHeirs(
  space: MeasureSpace,
  measure: MixingMeasure,
  merged: readonly (readonly number[])[],
  truncated: readonly (readonly number[])[],
): MixingMeasure {
  const out = mergeAtoms(space, measure, merged);
  truncated.forEach((heirs, at) => {
    const level = row(out.gate, at);
    const levels = heirs.map((k) => row(measure.gate, k)[space.gateLevel]!);
    level[space.gateLevel] = logSumExp(Float64Array.from([level[space.gateLevel]!, ...levels]));
    for (const k of heirs) out.weight[at] = out.weight[at]! + measure.weight[k]!;
  });
  return out;
}

/** Groups of atoms; the first of each is the one that was kept. */
function mergeClose(
  order: readonly number[],
  distance: (a: number, b: number) => number,
  radius: number,
): number[][] {
  const groups: number[][] = [];
  for (const k of order) {
    const home = groups.find(([first]) => distance(first!, k) <= radius);
    if (home) home.push(k);
    else groups.push([k]);
  }
  return groups;
}

/** A uniformly random order that depends on the atoms, not on their labels. */
function shuffled(rng: Rng, weight: Vector): number[] {
  const order = [...weight.keys()].sort((a, b) => weight[b]! - weight[a]!);
  for (let left = order.length; left > 1; left--) {
    const at = integerBelow(rng, left);
    [order[left - 1], order[at]] = [order[at]!, order[left - 1]!];
  }
  return order;
}

/**
 * Euclidean distance of two atoms: gate slopes per sd, expert coordinates in units of the residual
 * sd; levels of the gate do not count.
 */
function distances(
  { coordinates, gateLevel }: MeasureSpace,
  { gate, expert, scale }: MixingMeasure,
) {
  return (a: number, b: number): number => {
    let total = 0;
    for (let j = 0; j < gate.columns; j++) {
      if (j !== gateLevel) total += (row(gate, a)[j]! - row(gate, b)[j]!) ** 2;
    }
    coordinates.forEach(({ unit }, j) => {
      total += ((row(expert, a)[j]! - row(expert, b)[j]!) / scale ** unit) ** 2;
    });
    return Math.sqrt(total);
  };
}

/**
 * The number of atoms that merge–truncate–merge leaves of the draws of a run with a fixed, generous
 * number of components: an answer for each constant. target: on the scale of the draws. Throws a
 * UsageError where the number of components is random.
 */
export function atomCounts(
  rng: Rng,
  target: Target,
  draws: Draws,
  constants: readonly number[] = MTM_CONSTANTS,
): AtomCounts[] {
  if (typeof target.components !== "number") {
    throw new UsageError(
      "merge–truncate–merge is for draws with a fixed number of components; these have a random one: its posterior is the answer",
    );
  }
  const space = measureSpace(target);
  const thresholds = constants.map((constant) =>
    mtmThresholds(target.n, target.capacity, constant),
  );
  const found = thresholds.map(() => new Map<number, number>());
  const picks = evenDraws(draws, MOST_DRAWS);
  forEachState(target, draws, picks, (state) => {
    const measure = space.measure(state);
    thresholds.forEach((limits, c) => {
      const left = mergeTruncateMerge(rng, space, measure, limits).merged.length;
      found[c]!.set(left, (found[c]!.get(left) ?? 0) + 1);
    });
  });
  return thresholds.map((limits, c) => ({
    ...shares(found[c]!, picks.length),
    thresholds: limits,
  }));
}

function shares(found: ReadonlyMap<number, number>, total: number) {
  const byNumber = [...found].sort(([a], [b]) => a - b);
  const [mode] = byNumber.reduce((best, next) => (next[1] > best[1] ? next : best));
  return { counts: Object.fromEntries(byNumber.map(([K, count]) => [K, count / total])), mode };
}
