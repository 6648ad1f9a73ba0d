import type { ReportBlock, Section } from "../../core/report.ts";
import { countPosteriorBars } from "../charts/count-posterior.ts";
import { draw } from "../charts/frame.ts";
import { formatEstimate, formatNumber, formatPercent } from "../format-number.ts";
import type { CountReport, ReportInput } from "../input.ts";
import { acceptedShare, movesOf, moveWords, totalOf } from "../move-words.ts";
import { section, tableOf, text } from "./blocks.ts";

/** Numbers with less prior probability are left out of chart and table, unless a draw has them or more. */
const LEAST_PRIOR = 0.01;
/** Numbers with less probability are not named in the first line. */
const LEAST_NAMED = 0.05;

/** How many experts there are, where that is random: what was believed before and after. */
export function countSection({ count, run }: ReportInput): Section[] {
  if (count === undefined) return [];
  const shown = lastShown(count);
  return section("count", "Number of experts", [
    text(headline(count)),
    {
      kind: "chart",
      caption:
        "Prior and posterior of the number of experts K, and the posterior of K₊, how many of them " +
        "have a row. Lines: two Monte Carlo standard errors either way.",
      chart: draw(
        "Probability of each number of experts: prior, posterior, and those with rows",
        (page) => countPosteriorBars(count, shown, page),
      ),
    },
    countTable(count, shown),
    ...neverDrawnWords(count).map(text),
    run && text(acceptanceLine(run.chains)),
  ]);
}

/** "Given K = 2 experts (68% of the draws)": what is said of components, where their number is random. */
export function givenWords({ count }: Pick<ReportInput, "count">): string | undefined {
  if (count === undefined) return undefined;
  const { mode, probability } = count;
  return `given K = ${mode} expert${mode === 1 ? "" : "s"} (${formatPercent(probability[mode - 1]!)} of the draws)`;
}

/** The likeliest numbers, likeliest first. */
function headline({ probability, mcse }: CountReport): string {
  const named = probability
    .map((share, k) => ({ share, mcse: mcse[k]!, K: k + 1 }))
    .filter(({ share }) => share >= LEAST_NAMED)
    .sort((a, b) => b.share - a.share);
  const words = named.map(({ K, ...of }) => `K = ${K} with probability ${withError(of)}`);
  return `${words.join("; ")}.`;
}

function withError({ share, mcse }: { readonly share: number; readonly mcse: number }): string {
  return `${formatEstimate(share, mcse)}${mcse > 0 ? ` (±\u00a0${formatNumber(mcse, 1)})` : ""}`;
}

/** A Monte Carlo standard error; nothing where there is none. */
const plusMinus = (mcse: number): string =>
  mcse > 0 ? `\u00a0±\u00a0${formatNumber(mcse, 1)}` : "";

/** The last number that is worth a line. */
function lastShown({ prior, probability, filled }: CountReport): number {
  const worth = (k: number): boolean =>
    prior[k]! >= LEAST_PRIOR || probability[k]! > 0 || filled[k]! > 0;
  return 1 + prior.reduce((last, _, k) => (worth(k) ? k : last), 0);
}

function countTable(count: CountReport, shown: number): ReportBlock {
  const of = (values: readonly number[], errors: readonly number[]) => (k: number) =>
    `${formatEstimate(values[k]!, errors[k]!)}${plusMinus(errors[k]!)}`;
  return {
    kind: "table",
    caption: `K may be 1 to ${count.max}. ±: Monte Carlo standard errors. K₊: experts with at least one row.`,
    table: tableOf(
      Array.from({ length: shown }, (_, k) => k),
      [
        { heading: "K", cell: (k) => `${k + 1}`, words: true },
        { heading: "prior", cell: (k) => formatNumber(count.prior[k]!) },
        { heading: "posterior", cell: of(count.probability, count.mcse) },
        { heading: "posterior of K₊", cell: of(count.filled, count.mcseFilled) },
      ],
    ),
  };
}

/** What can be said of the numbers that no draw has. */
function neverDrawnWords({ neverDrawn, departures }: CountReport): string[] {
  const bounded = neverDrawn.filter(({ bound }) => !Number.isNaN(bound));
  const open = neverDrawn.filter(({ bound }) => Number.isNaN(bound));
  const told = bounded.map(({ components, bound }) => {
    const stays = departures.filter(({ from }) => from === components).map(({ left }) => left);
    const mean = stays.reduce((total, stay) => total + stay, 0) / stays.length;
    return (
      `No draw has K = ${components}, which chains left after ${iterations(mean)}: ` +
      `its probability is below about ${formatNumber(bound, 2)}, or a visit would have been seen.`
    );
  });
  if (open.length === 0) return told;
  const numbers = open.map(({ components }) => components).join(", ");
  const there = "no chain started there, so how soon they would be left is not known.";
  return [...told, `No draw has K = ${numbers}; ${there}`];
}

const iterations = (mean: number): string =>
  mean === 1 ? "one iteration" : `${formatNumber(mean, 2)} iterations`;

function acceptanceLine(chains: NonNullable<ReportInput["run"]>["chains"]): string {
  const shares = movesOf(chains).map(
    (move) => `${moveWords(move)} ${acceptedShare(totalOf(chains, move))}`,
  );
  return `Accepted of what was proposed, all chains together: ${shares.join(", ")}.`;
}
