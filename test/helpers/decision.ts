import type { Evidence } from "./statistics.ts";

/** How often the statistical and slow suites together may fail although every kernel is right. */
export const SUITE_FALSE_ALARM = 1e-4;

/** Upper bound on the calls of `decide` in those suites. */
export const TESTS_IN_SUITE = 200;

/**
 * Level of each of the two stages: a test fails only if both stages reject, on independent streams,
 * so the suite's false alarm rate is at most TESTS_IN_SUITE · STAGE_LEVEL².
 */
export const STAGE_LEVEL = Math.sqrt(SUITE_FALSE_ALARM / TESTS_IN_SUITE);

/** The second stage draws this many times more than the first. */
export const RETEST_EFFORT = 2;

const { MOEBIUS_TEST_SEED = "20240" } = process.env;

/** The suite's seed; MOEBIUS_TEST_SEED asks for fresh streams. Failures name the seeds they used. */
export const SUITE_SEED = Number(MOEBIUS_TEST_SEED);

const RETEST_SEED_SHIFT = 7919;

/** A statistical experiment: `effort` multiplies the number of draws. */
export type Experiment = (seed: number, effort: number) => readonly Evidence[];

export interface Decision {
  readonly rejected: boolean;
  /** What was tested, on which seeds, worst first. */
  readonly report: string;
}

/**
 * Rejects if Bonferroni's smallest p-value is below the level twice: on the suite's seed, and then on
 * another seed with more draws.
 */
export function decide(experiment: Experiment, seed = SUITE_SEED): Decision {
  const first = stage(experiment, seed, 1);
  if (!first.rejected) return first;
  const second = stage(experiment, seed + RETEST_SEED_SHIFT, RETEST_EFFORT);
  return { rejected: second.rejected, report: `${first.report}\n${second.report}` };
}

function stage(experiment: Experiment, seed: number, effort: number): Decision {
  const evidence = [...experiment(seed, effort)].sort((a, b) => a.p - b.p);
  if (evidence.length === 0) throw new Error("an experiment must test something; got no evidence");
  // A NaN p-value counts as a rejection: it must not slip through a comparison.
  const rejected = evidence.some(({ p }) => !(p * evidence.length >= STAGE_LEVEL));
  const lines = evidence.map(
    ({ name, p, detail }) => `  p = ${p.toExponential(2)}  ${name}: ${detail}`,
  );
  const head = `seed ${seed}, effort ${effort}, ${evidence.length} statistics: ${rejected ? "rejected" : "kept"}`;
  return { rejected, report: [head, ...lines].join("\n") };
}
