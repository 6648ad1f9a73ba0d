import { count } from "../../diagnostics/findings/wording.ts";
import { informationCriteria } from "../../diagnostics/information-criteria.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelName, RankedBy } from "../report/grid-input.ts";
import type { Step, StepwiseInput } from "../report/stepwise-input.ts";
import { version } from "../run/version.ts";
import { commonRows } from "./common-rows.ts";
import { stepwiseFindings, stepwiseVerdict } from "./stepwise-findings.ts";
import { type Reached, type StepwiseFits, stepwiseFits } from "./stepwise-fits.ts";
import {
  type StepwiseOptions,
  type StepwiseSpace,
  stepwiseCriteria,
  stepwiseDirections,
} from "./stepwise-options.ts";
import { completeSpace, firstPlace, neighbours, singleTerms } from "./stepwise-space.ts";

/** What `stepwise --json` prints. */
export interface StepwiseSummary {
  readonly verdict: "ok" | "problems";
  readonly conclusion: string;
  readonly criterion: RankedBy;
  readonly direction: string;
  /** From the start to what was chosen. */
  readonly path: readonly Step[];
  readonly chosen: ModelName;
  /** Of what was chosen, best first. */
  readonly neighbours: readonly Step[];
  /** How many models were fitted. */
  readonly fitted: number;
  readonly rows: number;
  readonly findings: readonly Finding[];
  readonly problems: readonly Pick<Finding, "code" | "message">[];
  readonly seed: number;
  readonly version: string;
}

/** A search over formulas and numbers of experts. */
export interface Stepwise {
  readonly ok: boolean;
  readonly verdict: string;
  readonly summary: StepwiseSummary;
  /** What the page shows. */
  readonly input: StepwiseInput;
}

/**
 * From one expert without covariates (or backward, from all covariates and the largest number), step by step to the best
 * neighbour by a criterion at the maximum of the likelihood, until none is better: a covariate more or less for experts or
 * gate, an expert more or less. All models see the rows that are complete in every candidate. Source: [murphy2020].
 */
export async function stepwise(
  space: StepwiseSpace,
  table: Table,
  options: StepwiseOptions = {},
): Promise<Stepwise> {
  const { criterion = "bic", direction = "forward", starts = 20, seed = 1, sdFloor } = options;
  checkOptions({ criterion, direction, starts });
  const complete = completeSpace(space);
  const { table: rows, dropped } = commonRows(singleTerms(complete), table);
  const settings = {
    priorWeight: 0,
    variant: "em" as const,
    ...(sdFloor === undefined ? {} : { sdFloor }),
  };
  const { workers, signal } = options;
  const context = { table: rows, seed, settings, starts, workers, signal };
  const fits = stepwiseFits(complete, context, criterion);
  const found = await search(complete, fits, { direction, onStep: options.onStep });
  return describe(found, fits, { complete, rows: rows.rows, dropped, criterion, options });
}

interface Search {
  readonly path: readonly Step[];
  readonly neighbours: readonly Step[];
}

async function search(
  space: Required<StepwiseSpace>,
  fits: StepwiseFits,
  { direction, onStep }: { direction: string; onStep: StepwiseOptions["onStep"] },
): Promise<Search> {
  const start = `start ${direction}`;
  const [first] = await fits.reach([{ move: start, to: firstPlace(space, direction) }]);
  if (first === undefined) {
    throw new UsageError(
      `the model with all candidates must be one that can be fitted, to go backward from it; ${fits.leftOut()[0]?.reason}`,
    );
  }
  const path: Step[] = [];
  let here: Reached = first;
  for (;;) {
    path.push(here.step);
    onStep?.({ move: here.step.move, criterion: here.step.criterion ?? Number.NaN });
    const around = await fits.reach(neighbours(space, here.to), here);
    const next = bestOf(around);
    if (next === undefined || !isBetter(next.step, here.step)) {
      const ranked = around.map(({ step }) => step).sort((a, b) => loss(a) - loss(b) || 0);
      return { path, neighbours: ranked };
    }
    here = next;
  }
}

/** What a step must gain, relative to 1 + the size of the criterion: EM stops a little below its maximum. */
const GAIN = 1e-6;

/** What is not chosen is infinitely bad. */
const loss = ({ criterion, degenerate }: Step): number =>
  degenerate || criterion === null ? Number.POSITIVE_INFINITY : criterion;

function isBetter(a: Step, b: Step): boolean {
  if (loss(a) === Number.POSITIVE_INFINITY) return false;
  return loss(b) === Number.POSITIVE_INFINITY || loss(a) < loss(b) - GAIN * (1 + Math.abs(loss(b)));
}

/** Of equals the first. */
const bestOf = (all: readonly Reached[]): Reached | undefined =>
  all.reduce<Reached | undefined>(
    (best, one) => (best === undefined || isBetter(one.step, best.step) ? one : best),
    undefined,
  );

interface Circumstances {
  readonly complete: Required<StepwiseSpace>;
  readonly rows: number;
  readonly dropped: number;
  readonly criterion: string;
  readonly options: StepwiseOptions;
}

function describe(
  { path, neighbours: around }: Search,
  fits: StepwiseFits,
  { complete, rows, dropped, criterion: name, options }: Circumstances,
): Stepwise {
  const { seed = 1, direction = "forward", source = "table" } = options;
  const { formula, better } = informationCriteria.find((one) => one.name === name)!;
  const criterion = { name, formula, better };
  const findings = stepwiseFindings(path.at(-1)!, fits, complete.maxComponents, dropped);
  const problems = findings.filter(({ severity }) => severity === "problem");
  const ok = problems.length === 0;
  const verdict = stepwiseVerdict(path, name, ok);
  const page = { ok, verdict, findings, criterion, path, neighbours: around };
  const { formula: chosen, components } = path.at(-1)!;
  return {
    ok,
    verdict,
    summary: {
      verdict: ok ? "ok" : "problems",
      conclusion: verdict,
      criterion,
      direction,
      path,
      chosen: { formula: chosen, components },
      neighbours: around,
      fitted: fits.all().length,
      rows,
      findings,
      problems: problems.map(({ code, message }) => ({ code, message })),
      seed,
      version,
    },
    input: {
      title: `Step by step: ${count(components, "expert")} in ${chosen}`,
      subtitle: `${source} · ${count(rows, "row")} · seed ${seed} · moebius ${version}`,
      ...page,
    },
  };
}

function checkOptions(options: {
  readonly criterion: string;
  readonly direction: string;
  readonly starts: number;
}): void {
  const words = { criterion: stepwiseCriteria, direction: stepwiseDirections };
  for (const [name, known] of Object.entries(words)) {
    const given = options[name as keyof typeof words];
    if ((known as readonly string[]).includes(given)) continue;
    throw new UsageError(`\`${name}\` must be one of ${known.join(", ")}; got ${given}`);
  }
  const { starts } = options;
  if (!(Number.isSafeInteger(starts) && starts >= 1)) {
    throw new UsageError(`\`starts\` must be a whole number ≥ 1; got ${starts}`);
  }
}
