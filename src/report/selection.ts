import { informationCriteria } from "../../diagnostics/information-criteria.ts";
import type { Report, ReportBlock, Section } from "../core/report.ts";
import { draw } from "./charts/frame.ts";
import { countUnderPriors } from "./charts/priors-of-count.ts";
import { formatFixed, formatNumber, formatPercent } from "./format-number.ts";
import { section, type TableColumn, tableOf, text } from "./sections/blocks.ts";
import type { CountUnderPrior, OneCount, SelectionInput, WithError } from "./selection-input.ts";

/** One page on the number of experts: what every route says, side by side, each with its formula. */
export function buildSelectionReport(input: SelectionInput): Report {
  const { title, subtitle, verdict, ok, findings } = input;
  return {
    title,
    subtitle,
    verdict,
    ok,
    findings,
    sections: [
      ...posteriorSection(input),
      ...fixedSection(input),
      ...mergingSection(input),
      ...formulaSection(),
    ],
  };
}

const SMALLEST_PROBABILITY = 1e-4;

/** A number with its error, both to two digits of the error. */
function plusMinus(known: WithError | undefined): string {
  if (known === undefined || Number.isNaN(known.value)) return "–";
  const { value, se } = known;
  if (!(se > 0)) return formatFixed(value, 3);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(se)));
  return `${formatFixed(value, decimals)} ± ${formatFixed(se, decimals)}`;
}

/** A probability with its error; what is smaller than can be told from zero is said to be. */
function probable(known: WithError | undefined): string {
  const isTiny = known !== undefined && known.value > 0 && known.value < SMALLEST_PROBABILITY;
  return isTiny ? `< ${SMALLEST_PROBABILITY}` : plusMinus(known);
}

/** A sum over rows, whose error is not that of its digits. */
const overRows = (known: WithError | undefined): string =>
  known === undefined || Number.isNaN(known.value)
    ? "–"
    : `${formatFixed(known.value, 1)} ± ${formatFixed(known.se, 1)}`;

function posteriorSection({ priors, max }: SelectionInput): Section[] {
  const numbers = Array.from({ length: max }, (_, k) => k);
  return section("posterior-of-k", "Posterior of the number of experts", [
    {
      kind: "chart",
      caption:
        "Bars: posterior under each prior; circles: that prior. The first is the prior of the run, the others follow " +
        "from the same draws by weights.",
      chart: draw("Posterior of the number of experts under each prior", (page) =>
        countUnderPriors(priors, page),
      ),
    },
    ...priors.flatMap((under, p): ReportBlock[] => [
      text(p === 0 ? `Prior of the run: ${under.prior}` : `Another prior: ${under.prior}`),
      {
        kind: "table",
        caption:
          `Chains: share of draws with its Monte Carlo error; evidence: prior times evidence, ` +
          `normalised, with its standard error${p === 0 ? "; K₊: experts with at least one row" : ""}.`,
        table: tableOf(numbers, columnsOf(under)),
      },
    ]),
  ]);
}

function columnsOf(under: CountUnderPrior): TableColumn<number>[] {
  const { priorProbability, probability, mcse, filled, fromEvidence } = under;
  return [
    { heading: "K", cell: (k) => `${k + 1}` },
    { heading: "prior", cell: (k) => formatFixed(priorProbability[k]!, 4) },
    {
      heading: "posterior, chains",
      cell: (k) => probable({ value: probability[k]!, se: mcse[k]! }),
    },
    ...(fromEvidence
      ? [{ heading: "posterior, evidence", cell: (k: number) => probable(fromEvidence[k]) }]
      : []),
    ...(filled
      ? [{ heading: "posterior of K₊", cell: (k: number) => formatFixed(filled[k]!, 4) }]
      : []),
  ];
}

const FIXED: readonly TableColumn<OneCount>[] = [
  { heading: "K", cell: ({ components }) => `${components}` },
  {
    heading: "log evidence",
    cell: ({ logEvidence: found }) => `${plusMinus(found)}${found?.unreliable === true ? "?" : ""}`,
  },
  {
    heading: "of draws",
    cell: ({ evidenceOfDraws: found }) =>
      `${plusMinus(found)}${found?.unreliable !== undefined && !Number.isNaN(found.value) ? "?" : ""}`,
  },
  { heading: "PSIS-LOO elpd", cell: ({ loo }) => overRows(loo) },
  {
    heading: "less the best",
    cell: ({ loo }) => (loo?.difference?.value === 0 ? "best" : overRows(loo?.difference)),
  },
  { heading: "worst k̂", cell: ({ loo }) => formatFixed(loo?.worstK ?? Number.NaN, 2) },
  { heading: "WAIC elpd", cell: ({ waic }) => overRows(waic) },
  { heading: "bound", cell: ({ bound }) => formatFixed(bound?.value ?? Number.NaN, 2) },
  {
    heading: "of all labels",
    cell: ({ bound }) => formatFixed(bound?.ofMixture ?? Number.NaN, 2),
  },
  { heading: "worst rhat", cell: ({ rhat }) => formatFixed(rhat, 3) },
];

function fixedSection({ counts }: SelectionInput): Section[] {
  return section("fixed-k", "Each number of experts by itself", [
    {
      kind: "table",
      caption:
        "Evidence, elpd and bounds: larger is better. elpd in nats, summed over the rows, ± its standard error over rows; rows " +
        "are the same for all numbers, so differences (less the best) are far more certain than the sums. Log evidence: tempered sequential Monte Carlo, ± standard " +
        'error over replicates; of draws: by bridge sampling; ? where one is not to be trusted. The bound, variational, is below the log evidence; "of all labels" is that of all relabelled ' +
        "copies together, which a single normal cannot see.",
      table: tableOf(counts, FIXED),
    },
    ...doubtfulEvidences(counts),
    ...maximumTable(counts),
  ]);
}

/** For which numbers the draws give no evidence to be trusted, by the reason. */
function doubtfulEvidences(counts: readonly OneCount[]): ReportBlock[] {
  const byReason = new Map<string, number[]>();
  for (const { components, evidenceOfDraws } of counts) {
    const why = evidenceOfDraws?.unreliable;
    if (why !== undefined) byReason.set(why, [...(byReason.get(why) ?? []), components]);
  }
  if (byReason.size === 0) return [];
  const reasons = [...byReason].map(([why, K]) => `with ${K.join(", ")}: ${why}`);
  return [text(`Log evidence of draws, not to be trusted or missing: ${reasons.join("; ")}.`)];
}

type AtMaximum = NonNullable<OneCount["maximum"]> & Pick<OneCount, "components">;

function maximumTable(counts: readonly OneCount[]): ReportBlock[] {
  const known = counts.flatMap(({ components, maximum }) =>
    maximum === undefined ? [] : [{ components, ...maximum }],
  );
  if (known.length === 0) return [];
  const smallest = (of: (one: AtMaximum) => number): number =>
    Math.min(...known.filter(({ degenerate }) => !degenerate).map(of));
  const criterion = (heading: string, of: (one: AtMaximum) => number): TableColumn<AtMaximum> => ({
    heading,
    cell: (one) => `${of(one) === smallest(of) ? "best " : ""}${formatFixed(of(one), 2)}`,
  });
  return [
    {
      kind: "table",
      caption:
        "Maximum likelihood, priors left out: of each criterion smaller is better. *: degenerate, an expert has an sd near " +
        "zero and the likelihood no bound, so that these numbers mean nothing; ?: not converged.",
      table: tableOf(known, [
        {
          heading: "K",
          cell: ({ components, degenerate, converged }) =>
            `${components}${degenerate ? "*" : converged ? "" : "?"}`,
        },
        { heading: "log-likelihood", cell: ({ logLikelihood }) => formatFixed(logLikelihood, 2) },
        { heading: "df", cell: ({ df }) => `${df}` },
        criterion("AIC", ({ aic }) => aic),
        criterion("BIC", ({ bic }) => bic),
        criterion("ICL", ({ icl }) => icl),
      ]),
    },
  ];
}

function mergingSection({ atoms, dendrogram, max }: SelectionInput): Section[] {
  if (atoms.length === 0) return [];
  const numbers = Array.from({ length: max }, (_, k) => `${k + 1}`);
  return section("merging", `What is left of ${max} experts`, [
    text(
      `From the draws with ${max} experts: those that are alike are merged, those of too little weight truncated, and merged ` +
        "again. The constant is not given by theory: read where the answer does not depend on it.",
    ),
    {
      kind: "table",
      caption:
        "Share of draws with so many atoms left, by the constant of the threshold; at most: the most it can leave.",
      table: tableOf(atoms, [
        { heading: "constant", cell: ({ constant }) => formatNumber(constant) },
        ...numbers.map((K) => ({
          heading: K,
          cell: ({ counts }: (typeof atoms)[number]) => formatPercent(counts[K] ?? 0),
        })),
        { heading: "mode", cell: ({ mode }) => `${mode}` },
        { heading: "at most", cell: ({ most }) => `${most}` },
      ]),
    },
    dendrogram && {
      kind: "table",
      caption:
        `Dendrogram of the draw with the highest posterior density, merged pair by pair: criterion by number of atoms, smaller is ` +
        `better. It picks ${dendrogram.chosen}; one atom has no criterion.`,
      table: tableOf(
        Object.entries(dendrogram.dsc).filter(([, dsc]) => Number.isFinite(dsc)),
        [
          { heading: "K", cell: ([K]) => K },
          { heading: "DSC", cell: ([, dsc]) => formatNumber(dsc, 5) },
        ],
      ),
    },
  ]);
}

type Route = readonly [route: string, formula: string, direction: string];

const CRITERIA = informationCriteria
  .filter(({ name }) => ["aic", "bic", "icl"].includes(name))
  .map(({ name, formula, better }): Route => [name.toUpperCase(), formula, `${better} is better`]);

const FORMULAS: readonly Route[] = [
  ["posterior of K", "p(K | y) ∝ p(K) p(y | K)", "larger is better"],
  [
    "log evidence",
    "log p(y | K) = log ∫ p(y | parameters, K) p(parameters | K)",
    "larger is better",
  ],
  [
    "log evidence of draws",
    "the same, by the optimal bridge between the posterior and a normal density that the draws make",
    "larger is better",
  ],
  ["PSIS-LOO elpd", "Σ_i log p(y_i | y without i)", "larger is better"],
  ["WAIC elpd", "Σ_i log E p(y_i | draw) − Σ_i Var log p(y_i | draw)", "larger is better"],
  [
    "variational bound",
    "E_q [log p(y, parameters | K) − log q], q independent normals",
    "larger is better",
  ],
  ...CRITERIA,
  ["merge–truncate–merge", "share of draws by atoms left", "the mode"],
  ["dendrogram criterion", "−(height + log n · mean log-likelihood)", "smaller is better"],
];

function formulaSection(): Section[] {
  return section("formulas", "What is compared", [
    {
      kind: "table",
      caption: "Each route with its formula and its direction.",
      table: tableOf(FORMULAS, [
        { heading: "route", cell: ([route]) => route, words: true },
        { heading: "formula", cell: ([, formula]) => formula, words: true },
        { heading: "direction", cell: ([, , direction]) => direction, words: true },
      ]),
    },
  ]);
}
