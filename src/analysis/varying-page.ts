import { count as counted } from "../../diagnostics/findings/wording.ts";
import type { CompiledVarying } from "../../models/varying/compile.ts";
import type { VaryingModel } from "../../models/varying.ts";
import type { Finding } from "../core/diagnostic.ts";
import type { DataFingerprint } from "../core/run.ts";
import { formatNumber } from "../report/format-number.ts";
import type { VaryingInput } from "../report/varying-input.ts";
import { varyingAlong, varyingRows } from "../run/varying-along.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { version } from "../run/version.ts";
import type { BandwidthChoice } from "./varying-bandwidth.ts";
import type { ComponentsChoice } from "./varying-components.ts";
import type { StudiedBands } from "./varying-study-bands.ts";

/** Rows that pictures look at. */
const MOST_ROWS = 2000;

/** What is known of a kernel fit beyond the fit. */
export interface KnownOfFit extends Omit<StudiedBands, "bands"> {
  readonly tests?: VaryingInput["tests"];
  readonly choice?: BandwidthChoice | undefined;
  readonly count?: ComponentsChoice | undefined;
  readonly isBandwidthGiven: boolean;
  readonly findings: readonly Finding[];
  readonly conclusion: string;
  readonly ok: boolean;
  readonly data: DataFingerprint;
  readonly command?: string | undefined;
}

/** What the page on a kernel fit shows. */
export function varyingPage(
  compiled: CompiledVarying,
  fit: VaryingFit,
  known: KnownOfFit,
): VaryingInput {
  const { findings, conclusion, ok, data, functions, choice, command, tests, words } = known;
  const [held, ...asked] = known.probabilities;
  const { count } = known;
  const { index, components, model, points } = fit;
  const rows = varyingRows(compiled, fit);
  return {
    title: titleOf(model, components),
    subtitle: `${data.source} · ${counted(data.rows, "row")} · seed ${fit.seed} · moebius ${version}`,
    ...{ ok, verdict: conclusion, findings, components, functions },
    index: index.name,
    rows: rows.x,
    grid: fit.grid,
    ...(words === undefined ? {} : { bands: words }),
    ...(known.contrasts === undefined ? {} : { contrasts: known.contrasts }),
    ...(asked.length === 0 ? {} : { probabilitiesAt: asked }),
    along: { ...varyingAlong(compiled, fit.curves), probabilities: held!.components },
    points: thinnedRows(rows),
    windows: {
      effectiveN: points.map(({ effectiveN }) => effectiveN),
      expertEffectiveN: Array.from({ length: components }, (_, k) =>
        points.map(({ expertEffectiveN }) => expertEffectiveN[k]!),
      ),
      overlap: points.map(({ overlap }) => overlap),
      ambiguous: points.flatMap(({ ambiguous, u }) => (ambiguous ? [u] : [])),
    },
    bandwidth: bandwidthOf(
      fit,
      choice,
      known.isBandwidthGiven ? "given" : "chosen by cross-validation",
    ),
    ...(count === undefined ? {} : { counts: countsOf(count) }),
    ...(tests === undefined ? {} : { tests }),
    facts: factsOf(fit, data),
    ...(command === undefined ? {} : { command }),
    declaration: model,
  };
}

/** "2 experts along u: y ~ z | x". */
export function titleOf({ experts, gate, varying }: VaryingModel, components: number): string {
  const right = gate.kind === "softmax" ? ` | ${gate.formula.replace(/^~\s*/, "")}` : "";
  return `${counted(components, "expert")} along ${varying.index}: ${experts.formula}${right}`;
}

function thinnedRows(rows: ReturnType<typeof varyingRows>): NonNullable<VaryingInput["points"]> {
  const n = rows.x.length;
  if (n <= MOST_ROWS) return rows;
  const kept = Array.from({ length: MOST_ROWS }, (_, i) => Math.floor((i * n) / MOST_ROWS));
  const take = (values: ArrayLike<number>): number[] => kept.map((i) => values[i]!);
  const { x, y, expert, probability } = rows;
  return { x: take(x), y: take(y), expert: take(expert), probability: take(probability) };
}

function bandwidthOf(
  { bandwidth, index }: VaryingFit,
  choice: BandwidthChoice | undefined,
  how: string,
): NonNullable<VaryingInput["bandwidth"]> {
  const inIndex = bandwidth * (index.high - index.low);
  if (choice === undefined) return { bandwidth, inIndex, how };
  const best = Math.max(...choice.candidates.map(({ heldOut = -Infinity }) => heldOut));
  return {
    ...{ bandwidth, inIndex, how: "chosen by cross-validation" },
    candidates: choice.candidates.map((one) => ({
      bandwidth: one.bandwidth,
      heldOut: one.heldOut ?? null,
      difference: one.heldOut === undefined ? null : one.heldOut - best,
      differenceError: one.differenceError ?? null,
    })),
  };
}

function countsOf({
  components,
  fewest,
  candidates,
}: ComponentsChoice): NonNullable<VaryingInput["counts"]> {
  const best = Math.max(...candidates.map(({ heldOut = -Infinity }) => heldOut));
  const enough =
    fewest === components
      ? ""
      : ` ${counted(fewest, "expert")} predict as well within one standard error.`;
  return {
    words: `Rows left out are most probable with ${counted(components, "expert")}.${enough}`,
    rows: candidates.map((one) => ({
      components: one.components,
      bandwidth: one.bandwidth ?? null,
      heldOut: one.heldOut ?? null,
      difference: one.heldOut === undefined ? null : one.heldOut - best,
      differenceError: one.differenceError ?? null,
      effectiveParameters: one.effectiveParameters ?? null,
      aic: one.aic ?? null,
      bic: one.bic ?? null,
    })),
  };
}

const ESTIMATORS = {
  local: "maximum of the local likelihood at every grid point",
  "label-consistent": "label-consistent EM",
};

function factsOf(fit: VaryingFit, data: DataFingerprint): [string, string][] {
  const { index, grid, bandwidth, estimator, family, logLikelihood, seed } = fit;
  const dropped = data.dropped > 0 ? `, ${data.dropped} dropped (missing values)` : "";
  const [first, last] = [grid[0]!, grid.at(-1)!].map((u) => formatNumber(u));
  return [
    ["data", `${data.source}: ${counted(data.rows, "row")}${dropped}`],
    ["data SHA-256", data.sha256],
    ["index", `${index.name}, from ${formatNumber(index.low)} to ${formatNumber(index.high)}`],
    ["family", family],
    ["estimator", ESTIMATORS[estimator]],
    ["bandwidth", `${formatNumber(bandwidth)} of the range of ${index.name}`],
    ["grid", `${counted(grid.length, "point")} from ${first} to ${last}`],
    ["log-likelihood", formatNumber(logLikelihood, 6)],
    ["seed", `${seed}`],
    ["version", `moebius ${version}`],
  ];
}
