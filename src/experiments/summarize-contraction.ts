import type { Finding } from "../core/diagnostic.ts";
import type {
  ChoiceAtSize,
  ContractionCell,
  ContractionSummary,
  FittedSlope,
  MeasureAtSize,
  Rate,
} from "../core/experiment.ts";
import { medianSorted, quantileSorted, sorted } from "../math/order.ts";
import { createRng } from "../math/rng.ts";
import type { ContractionResult } from "./contraction-task.ts";
import { exactInterval } from "./exact-interval.ts";
import { firstTask } from "./grid.ts";
import type { ContractionPlan } from "./plan.ts";
import type { FailedTask } from "./run-task.ts";
import { type AtSize, logRate, slopeOf, trimmedMean } from "./slopes.ts";
import { settingOf, theoryOf } from "./theory.ts";

type Result = ContractionResult | FailedTask;

/** The stream of the bootstrap of one slope begins with (seed, 0, this). */
const BOOTSTRAP = 0x736c;

/** Sizes at which log log n is a number that falls with n. */
const LOG_RATE_FROM = 3;

/** Diagnostics of fits: no errors that fall with n. */
const NOT_A_RATE = ["rhat"];

/** Rates and cells of a plan; `read` gives the result of a task, undefined where it is not done. */
export function summarizeContraction(
  plan: ContractionPlan,
  read: (index: number) => Result | undefined,
): Pick<ContractionSummary, "kind" | "rates" | "cells" | "findings" | "conclusion"> {
  const cells: ContractionCell[] = [];
  const rates: Rate[] = [];
  plan.truths.forEach((_, truth) => {
    plan.fits.forEach((__, fit) => {
      const perSize = plan.sizes.map((n, size) => {
        const first = firstTask(plan, { truth, fit, size });
        const found = Array.from({ length: plan.replicates }, (___, r) => read(first + r));
        return { n, results: found.filter((result) => result !== undefined) };
      });
      cells.push(...perSize.map((of) => cellOf(plan, truth, fit, of)));
      rates.push(...ratesOf(plan, truth, fit, perSize));
    });
  });
  return { kind: "contraction", rates, cells, ...conclude(rates, cells) };
}

interface SizeResults {
  readonly n: number;
  readonly results: readonly Result[];
}

/** The values of every measure at one size, in the order in which measures are first met. */
function valuesOf({ results }: SizeResults): Map<string, Float64Array> {
  const lists = new Map<string, number[]>();
  for (const result of results) {
    if (result.status === "failed") continue;
    for (const [name, value] of Object.entries(result.values)) {
      const list = lists.get(name) ?? [];
      if (value !== null) list.push(value);
      lists.set(name, list);
    }
  }
  return new Map([...lists].map(([name, list]) => [name, Float64Array.from(list)]));
}

function cellOf(
  { truths, fits }: ContractionPlan,
  truth: number,
  fit: number,
  of: SizeResults,
): ContractionCell {
  const { results } = of;
  const count = (status: Result["status"]): number =>
    results.filter((result) => result.status === status).length;
  return {
    truth: truths[truth]!.name,
    fit: fits[fit]!.name,
    n: of.n,
    replicates: results.length,
    failed: count("failed"),
    degenerate: count("degenerate"),
    notConverged: count("not converged"),
    unsettled: count("unsettled"),
    measures: [...valuesOf(of)].flatMap(([measure, values]): MeasureAtSize[] =>
      values.length === 0 ? [] : [{ measure, ...spreadOf(values) }],
    ),
    choices: choicesOf(results, truths[truth]!.experts.length),
  };
}

function spreadOf(values: Float64Array): Omit<MeasureAtSize, "measure"> {
  const ascending = sorted(values);
  return {
    median: medianSorted(ascending),
    trimmedMean: trimmedMean(values),
    low: quantileSorted(ascending, 0.25),
    high: quantileSorted(ascending, 0.75),
    count: values.length,
  };
}

function choicesOf(results: readonly Result[], trueK: number): ChoiceAtSize[] {
  const byWay = new Map<string, Readonly<Record<string, number>>[]>();
  for (const result of results) {
    if (result.status === "failed") continue;
    for (const [how, shares] of Object.entries(result.choices)) {
      byWay.set(how, [...(byWay.get(how) ?? []), shares]);
    }
  }
  return [...byWay].map(([how, all]) => {
    const total: Record<string, number> = {};
    for (const shares of all) {
      for (const [K, share] of Object.entries(shares)) {
        total[K] = (total[K] ?? 0) + share / all.length;
      }
    }
    const hits = all.filter((shares) => modeOf(shares) === trueK).length;
    return {
      how,
      ofTruth: total[trueK] ?? 0,
      hits: exactInterval(hits, all.length),
      shares: total,
    };
  });
}

function modeOf(shares: Readonly<Record<string, number>>): number {
  const [mode] = Object.entries(shares).reduce((best, next) => (next[1] > best[1] ? next : best));
  return Number(mode);
}

function ratesOf(
  plan: ContractionPlan,
  truth: number,
  fit: number,
  perSize: readonly SizeResults[],
): Rate[] {
  const bySize = perSize.map((of) => ({ n: of.n, values: valuesOf(of) }));
  const measures = new Set(bySize.flatMap(({ values }) => [...values.keys()]));
  const setting = settingOf(plan, truth, fit);
  return [...measures].flatMap((measure, m): Rate[] => {
    if (NOT_A_RATE.includes(measure)) return [];
    const sizes: AtSize[] = bySize.map(({ n, values }) => ({
      n,
      values: values.get(measure) ?? new Float64Array(0),
    }));
    const rng = () => createRng(plan.seed, 0, BOOTSTRAP, truth, fit, m);
    const slope = slopeOf(rng(), sizes);
    if (slope === undefined) return [];
    const theory = theoryOf(measure, setting);
    const withLog = plan.sizes[0]! >= LOG_RATE_FROM ? slopeOf(rng(), sizes, logRate) : undefined;
    return [
      {
        truth: plan.truths[truth]!.name,
        fit: plan.fits[fit]!.name,
        measure,
        slope,
        slopeOfLogRate: withLog ?? null,
        theory: theory?.slope ?? null,
        published: theory?.published ?? null,
        notSlower: theory === undefined ? null : isNotSlower(slope, theory.slope),
      },
    ];
  });
}

const isNotSlower = ({ low }: FittedSlope, theory: number): boolean => low <= theory;

function conclude(
  rates: readonly Rate[],
  cells: readonly ContractionCell[],
): { readonly findings: Finding[]; readonly conclusion: string } {
  const findings: Finding[] = [];
  const judged = rates.filter(({ notSlower }) => notSlower !== null);
  const slower = judged.filter(({ notSlower }) => notSlower === false);
  for (const { truth, fit, measure, slope, theory } of slower) {
    findings.push({
      code: "slower-than-theory",
      severity: "problem",
      message:
        `${measure} of "${fit}" (truth "${truth}") falls as n^${slope.estimate.toFixed(2)}, 95% interval ` +
        `${slope.low.toFixed(2)} to ${slope.high.toFixed(2)}; theory says n^${theory!.toFixed(2)} or faster. ` +
        "Sizes may be too small for theory to hold; look at the picture.",
    });
  }
  findings.push(...spoiltCells(cells));
  const rate =
    judged.length === 0
      ? ""
      : slower.length === 0
        ? `No error is seen to fall more slowly than theory says (${judged.length} slopes).`
        : `${slower.length} of ${judged.length} slopes are slower than theory says.`;
  const last = cells.at(-1)?.n;
  const found = cells
    .filter(({ n }) => n === last)
    .flatMap(({ truth, fit, choices }) =>
      choices.map(
        ({ how, hits }) =>
          `${how} of "${fit}" (truth "${truth}") ${Math.round(100 * hits.estimate)}%`,
      ),
    );
  const choice =
    found.length === 0
      ? ""
      : `Found the true number of experts at n = ${last}: ${found.join(", ")}.`;
  return { findings, conclusion: [rate, choice].filter(Boolean).join(" ") || "Nothing to judge." };
}

/** A tenth of a cell's replicates left out, or chains that do not agree in half of them. */
function spoiltCells(cells: readonly ContractionCell[]): Finding[] {
  return cells.flatMap((cell): Finding[] => {
    const { truth, fit, n, replicates, failed, degenerate, notConverged, unsettled } = cell;
    const where = `"${fit}" (truth "${truth}", n = ${n})`;
    const lost = failed + degenerate;
    const out: Finding[] = [];
    if (10 * lost > replicates) {
      out.push({
        code: "many-failures",
        severity: "note",
        message: `${lost} of ${replicates} fits of ${where} failed or are degenerate, and are left out.`,
      });
    }
    if (2 * (notConverged + unsettled) > replicates) {
      out.push({
        code: "unsettled-fits",
        severity: "note",
        message:
          `${notConverged + unsettled} of ${replicates} fits of ${where} had not settled; they are kept. ` +
          "Give them more draws or starts.",
      });
    }
    return out;
  });
}
