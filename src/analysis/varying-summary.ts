import type { Finding } from "../core/diagnostic.ts";
import type { DataFingerprint } from "../core/run.ts";
import type { GridPoint } from "../core/varying-fit.ts";
import type {
  BandAlong,
  ContrastAlong,
  FunctionAlong,
  ProbabilitiesAt,
} from "../report/varying-input.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { version } from "../run/version.ts";
import type { BandwidthChoice } from "./varying-bandwidth.ts";
import type { ComponentsChoice } from "./varying-components.ts";
import type { StudiedBands } from "./varying-study-bands.ts";
import type { NamedTest } from "./varying-study-tests.ts";
import type { BootstrapPValue } from "./varying-test.ts";

/** A function of the index, one value a grid point; what is not known is absent, what cannot be computed null. */
export interface VaryingValues {
  readonly varies: boolean;
  readonly estimate: readonly number[];
  /** What the bands lie around: the estimate less its bias; and its standard errors. */
  readonly centre?: readonly number[];
  readonly se?: readonly number[];
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  readonly simultaneousLower?: readonly number[];
  readonly simultaneousUpper?: readonly number[];
}

/** One component, its functions by term. */
export interface VaryingComponent {
  readonly expert: Readonly<Record<string, VaryingValues>>;
  /** Less the mean over the components. */
  readonly gate: Readonly<Record<string, VaryingValues>>;
  /** "log sd" or "log size"; empty in families without. */
  readonly dispersion: Readonly<Record<string, VaryingValues>>;
}

export interface VaryingContrast
  extends VaryingValues,
    Pick<ContrastAlong, "component" | "against" | "part" | "term"> {}

/** Probabilities at one row of the gate's covariates, one a component; standard errors are of their log odds. */
export interface VaryingProbabilities extends Pick<ProbabilitiesAt, "at"> {
  readonly components: readonly Omit<VaryingValues, "varies">[];
}

/** What `moebius varying --json` prints. Keys are added over time, never renamed. */
export interface VaryingSummary {
  readonly verdict: "ok" | "problems";
  readonly conclusion: string;
  /** Grid points in units of the index, and on the scale where the index runs from 0 to 1. */
  readonly index: readonly number[];
  readonly unitIndex: readonly number[];
  readonly indexName: string;
  readonly bandwidth: number;
  readonly bandwidthChoice: Omit<BandwidthChoice, "findings"> | null;
  /** Where the number of components was chosen. */
  readonly componentsChoice: Omit<ComponentsChoice, "findings"> | null;
  readonly family: string;
  readonly estimator: VaryingFit["estimator"];
  readonly logLikelihood: number;
  /** Kernel-weighted, one a grid point. */
  readonly localLogLikelihood: readonly number[];
  readonly components: readonly VaryingComponent[];
  /** Differences between two components, where they were asked for: `component` less `against`. */
  readonly contrasts: readonly VaryingContrast[];
  /** Of the components, at the covariates held and at the rows asked for. */
  readonly probabilities: readonly VaryingProbabilities[];
  /** Of the bands; null without. */
  readonly level: number | null;
  readonly tests: readonly VaryingTestSummary[];
  readonly points: readonly Omit<GridPoint, "u" | "logLikelihood">[];
  readonly findings: readonly Finding[];
  readonly data: DataFingerprint;
  readonly seed: number;
  readonly version: string;
}

/** A likelihood-ratio test of what `constant` names varying. */
export interface VaryingTestSummary
  extends Pick<NamedTest, "constant" | "statistic" | "pValue" | "chiSquared"> {
  readonly bootstrap: Omit<BootstrapPValue, "simulated" | "seed"> | null;
}

/** The functions of each component by part and term. */
export function componentsOf(
  functions: readonly FunctionAlong[],
  components: number,
): VaryingComponent[] {
  const pick = (k: number, part: FunctionAlong["part"]) =>
    Object.fromEntries(
      functions
        .filter((one) => one.component === k + 1 && one.part === part)
        .map((one) => [one.term, valuesOf(one)]),
    );
  return Array.from({ length: components }, (_, k) => ({
    expert: pick(k, "experts"),
    gate: pick(k, "gate"),
    dispersion: pick(k, "dispersion"),
  }));
}

const ENDS = ["centre", "se", "lower", "upper", "simultaneousLower", "simultaneousUpper"] as const;

function valuesOf(one: FunctionAlong): VaryingValues {
  return { varies: one.varies, ...limitsOf(one) };
}

function limitsOf(one: BandAlong): Omit<VaryingValues, "varies"> {
  const ends = ENDS.flatMap((name) =>
    one[name] === undefined ? [] : [[name, Array.from(one[name])] as const],
  );
  return { estimate: Array.from(one.estimate), ...Object.fromEntries(ends) };
}

/** The same of differences and probabilities. */
export function derivedOf({
  contrasts = [],
  probabilities,
}: Pick<StudiedBands, "contrasts" | "probabilities">): Pick<
  VaryingSummary,
  "contrasts" | "probabilities"
> {
  return {
    contrasts: contrasts.map((one) => {
      const { component, against, part, term } = one;
      return { component, against, part, term, ...valuesOf(one) };
    }),
    probabilities: probabilities.map(({ at, components }) => ({
      at,
      components: components.map(limitsOf),
    })),
  };
}

/** What the JSON of a kernel fit says of it, its functions with their bands. */
export function varyingSummary(
  fit: VaryingFit,
  known: Pick<StudiedBands, "functions" | "contrasts" | "probabilities"> & {
    readonly findings: readonly Finding[];
    readonly conclusion: string;
    readonly level?: number | undefined;
    readonly tests: readonly NamedTest[];
    readonly choice?: BandwidthChoice | undefined;
    readonly count?: ComponentsChoice | undefined;
    readonly data: DataFingerprint;
  },
): VaryingSummary {
  const { index, grid, points, bandwidth, family, estimator, logLikelihood, seed } = fit;
  const { functions, findings, conclusion, choice, data } = known;
  const isBad = findings.some(({ severity }) => severity === "problem");
  return {
    verdict: isBad ? "problems" : "ok",
    conclusion,
    index: grid,
    unitIndex: grid.map((u) => (u - index.low) / (index.high - index.low)),
    indexName: index.name,
    bandwidth,
    bandwidthChoice: choice === undefined ? null : choiceOf(choice),
    componentsChoice: known.count === undefined ? null : countOf(known.count),
    ...{ family, estimator, logLikelihood },
    localLogLikelihood: points.map((point) => point.logLikelihood),
    components: componentsOf(functions, fit.components),
    ...derivedOf(known),
    level: known.level ?? null,
    tests: known.tests.map(testOf),
    points: points.map(({ u: _, logLikelihood: __, ...rest }) => rest),
    ...{ findings, data, seed, version },
  };
}

function countOf({ components, fewest, criterion, candidates }: ComponentsChoice) {
  return { components, fewest, criterion, candidates };
}

function testOf({ constant, statistic, pValue, chiSquared, bootstrap }: NamedTest) {
  if (bootstrap === undefined) return { constant, statistic, pValue, chiSquared, bootstrap: null };
  const { simulated: _, seed: __, ...rest } = bootstrap;
  return { constant, statistic, pValue, chiSquared, bootstrap: rest };
}

function choiceOf({ bandwidth, ruleOfThumb, candidates, atEdge }: BandwidthChoice) {
  return { bandwidth, ruleOfThumb, candidates, atEdge };
}
