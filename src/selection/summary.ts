import type { Message } from "../analysis/summary.ts";
import { messages } from "../analysis/summary.ts";
import type { Run } from "../core/run.ts";
import type {
  AtomsLeft,
  CountUnderPrior,
  OneCount,
  SelectionInput,
  WithError,
} from "../report/selection-input.ts";

type ByCount<T> = Readonly<Record<string, T>>;

/** What `select --json` prints and `select.json` holds; keyed by the number of experts. */
export interface SelectionSummary {
  readonly verdict: "ok" | "problems";
  readonly conclusion: string;
  readonly findings: readonly (Message & { readonly severity: string })[];
  readonly problems: readonly Message[];
  readonly posteriorK: ByCount<number>;
  readonly mcseK: ByCount<number>;
  readonly posteriorKplus: ByCount<number>;
  readonly priors: readonly {
    readonly prior: string;
    readonly priorK: ByCount<number>;
    readonly posteriorK: ByCount<number>;
    readonly mcseK: ByCount<number>;
    readonly fromEvidence: ByCount<WithError>;
  }[];
  readonly logEvidence: ByCount<WithError>;
  readonly evidenceOfDraws: ByCount<NonNullable<OneCount["evidenceOfDraws"]>>;
  readonly loo: ByCount<Loo>;
  readonly waic: ByCount<NonNullable<OneCount["waic"]>>;
  readonly variationalBound: ByCount<NonNullable<OneCount["bound"]>>;
  /** At the maximum of the likelihood. */
  readonly logLikelihood: ByCount<number>;
  readonly aic: ByCount<number>;
  readonly bic: ByCount<number>;
  readonly icl: ByCount<number>;
  /** Whether an expert's likelihood has no bound there, so that the criteria mean nothing. */
  readonly degenerate: ByCount<boolean>;
  readonly mergeTruncateMerge: readonly AtomsLeft[];
  readonly dendrogram?: NonNullable<SelectionInput["dendrogram"]>;
  readonly seed: number;
  readonly version: string;
}

type Loo = Omit<NonNullable<OneCount["loo"]>, "pointwise">;

const withoutRows = ({ pointwise: _, ...loo }: NonNullable<OneCount["loo"]>): Loo => loo;

export function selectionSummary(input: SelectionInput, run: Run): SelectionSummary {
  const { priors, counts, findings, atoms, dendrogram } = input;
  const own = priors[0]!;
  return {
    verdict: input.ok ? "ok" : "problems",
    conclusion: input.verdict,
    findings: findings.map(({ code, severity, message }) => ({ code, severity, message })),
    problems: messages(findings, "problem"),
    posteriorK: byNumber(own.probability),
    mcseK: byNumber(own.mcse),
    posteriorKplus: byNumber(own.filled ?? []),
    priors: priors.map(underPrior),
    logEvidence: known(counts, ({ logEvidence }) => logEvidence),
    evidenceOfDraws: known(counts, ({ evidenceOfDraws }) => evidenceOfDraws),
    loo: known(counts, ({ loo }) => loo && withoutRows(loo)),
    waic: known(counts, ({ waic }) => waic),
    variationalBound: known(counts, ({ bound }) => bound),
    logLikelihood: known(counts, ({ maximum }) => maximum?.logLikelihood),
    aic: known(counts, ({ maximum }) => maximum?.aic),
    bic: known(counts, ({ maximum }) => maximum?.bic),
    icl: known(counts, ({ maximum }) => maximum?.icl),
    degenerate: known(counts, ({ maximum }) => maximum?.degenerate),
    mergeTruncateMerge: atoms,
    ...(dendrogram === undefined ? {} : { dendrogram }),
    seed: run.settings.seed,
    version: run.version,
  };
}

const underPrior = ({
  prior,
  priorProbability,
  probability,
  mcse,
  fromEvidence = [],
}: CountUnderPrior) => ({
  prior,
  priorK: byNumber(priorProbability),
  posteriorK: byNumber(probability),
  mcseK: byNumber(mcse),
  fromEvidence: byNumber(fromEvidence),
});

function byNumber<T>(values: readonly T[]): ByCount<T> {
  return Object.fromEntries(values.map((value, k) => [`${k + 1}`, value]));
}

function known<T>(counts: readonly OneCount[], of: (count: OneCount) => T | undefined): ByCount<T> {
  return Object.fromEntries(
    counts.flatMap((count) => {
      const value = of(count);
      return value === undefined ? [] : [[`${count.components}`, value] as const];
    }),
  );
}
