import type { VariableSummary } from "../../diagnostics/summarize.ts";
import { describeModel } from "../../models/describe.ts";
import { gateMethod } from "../../samplers/gate-method.ts";
import type { Finding } from "../core/diagnostic.ts";
import { type Draws, variable } from "../core/draws.ts";
import type { ElpdRow, PriorLine, ReportInput, RunFacts, Trace } from "../report/input.ts";
import type { CountAnalysis } from "./count.ts";
import type { PredictiveAccuracy } from "./evidence.ts";
import type { Fitted } from "./fitted.ts";
import type { Labelling } from "./labels.ts";
import { fitPictures } from "./pictures.ts";

/** The verdict, and what it rests on. */
interface Head {
  readonly ok: boolean;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly variables: readonly VariableSummary[];
}

interface RunParts extends Head {
  readonly fitted: Fitted;
  /** The draws that components are about: all, or those with the likeliest number of experts. */
  readonly at: Fitted;
  readonly count: CountAnalysis | undefined;
  readonly labelling: Labelling;
  readonly accuracy: PredictiveAccuracy | undefined;
}

/** What the report of a run shows. */
export function runReport({
  fitted,
  at: _,
  count,
  labelling,
  accuracy,
  ...head
}: RunParts): ReportInput {
  const { draws, compiled } = fitted;
  const { method, loss, refused } = labelling;
  return {
    title: compiled.model.experts.formula,
    ...head,
    traces: traces(draws, tracedNames(head.variables, count !== undefined)),
    run: runFacts(fitted),
    ...(count === undefined ? {} : { count }),
    components: labelling.components,
    relabelling: { method, loss, ...(refused === undefined ? {} : { refused }) },
    ...(accuracy === undefined ? {} : { elpd: elpdRows(accuracy) }),
    ...fitPictures(fitted, labelling, accuracy),
  };
}

/** What the report of draws from other software shows. */
export function foreignReport({ draws, ...head }: Head & { readonly draws: Draws }): ReportInput {
  return {
    title: "Draws",
    ...head,
    traces: traces(
      draws,
      head.variables.slice(0, 6).map(({ name }) => name),
    ),
  };
}

const ALWAYS_TRACED = ["log_likelihood", "log_posterior", "gate_entropy"];
/** Of a random number of experts. */
const COUNTS = ["K", "K_filled"];
const MOST_TRACED = 6;

/** Log-likelihood, log posterior and gate entropy, and the ordered sds. */
function tracedNames(variables: readonly VariableSummary[], isRandom: boolean): string[] {
  const scales = variables.map(({ name }) => name).filter((name) => name.includes("_sorted["));
  return [...ALWAYS_TRACED, ...(isRandom ? COUNTS : []), ...scales].slice(0, MOST_TRACED);
}

function traces(draws: Draws, names: readonly string[]): Trace[] {
  return names.map((name) => ({ name, chains: variable(draws, name) }));
}

function elpdRows({ loo, waic }: PredictiveAccuracy): ElpdRow[] {
  const worstK = loo.paretoK.reduce((worst, k) => Math.max(worst, k), Number.NEGATIVE_INFINITY);
  const leaveOneOut = { elpd: loo.elpd, se: loo.se, p: loo.pLoo, unreliable: loo.badK, worstK };
  return [
    { method: "PSIS-LOO", ...leaveOneOut },
    { method: "WAIC", elpd: waic.elpd, se: waic.se, p: waic.pWaic },
  ];
}

function runFacts({ run, compiled }: Fitted): RunFacts {
  const { version, seconds, settings, data, chains, command } = run;
  const priors = priorLines(compiled, settings);
  const facts = { version, seconds, settings, data, chains, model: compiled.model, priors };
  return command === undefined ? facts : { ...facts, command };
}

/** Each block's prior in words, with the update that samples it. */
function priorLines(
  { model, target }: Fitted["compiled"],
  { sampler, samplerOptions }: Fitted["run"]["settings"],
): PriorLine[] {
  const words = describeModel(model);
  const of = (about: string): string => words.find((s) => s.about === about)?.words ?? "";
  const experts = target.expert.updates.map(({ method }) => method).join("; ");
  return [
    { block: "experts", prior: of("prior of the experts"), update: experts },
    {
      block: "gate",
      prior: of("prior of the gate"),
      update: gateMethod(target, sampler, samplerOptions["gateUpdate"]),
    },
  ];
}
