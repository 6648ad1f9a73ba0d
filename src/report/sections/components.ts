import type { ReportBlock, Section } from "../../core/report.ts";
import { expertName } from "../charts/curves.ts";
import { draw } from "../charts/frame.ts";
import { intervalsByComponent, quantities } from "../charts/intervals.ts";
import { formatNumber, formatPercent, NOTHING } from "../format-number.ts";
import type { ComponentSummary, Estimate, Relabelling, ReportInput } from "../input.ts";
import { section, tableOf, text } from "./blocks.ts";
import { givenWords } from "./count.ts";

/** The components one by one, or why they cannot be told apart. */
export function componentSection(input: ReportInput): Section[] {
  const { components = [], relabelling } = input;
  const given = capital(givenWords(input));
  if (components.length === 0) {
    return section("components", "Components", [relabelling && text(whyNot(relabelling))]);
  }
  return section("components", "Components", [
    relabelling &&
      text(
        `${given}Labels were made comparable by ${relabelling.method}; relabelling loss ` +
          `${formatNumber(relabelling.loss)} (0: every draw agrees on who is who).`,
      ),
    componentTable(components, given),
    {
      kind: "chart",
      caption: `${given}Posterior means with 50% (thick) and 90% (thin) intervals; each panel has its own axis.`,
      chart: draw("Coefficients of each component with their intervals", (page) =>
        intervalsByComponent(components, page),
      ),
    },
  ]);
}

const whyNot = ({ method, loss, refused }: Relabelling): string =>
  refused ?? `Components are not summarised (${method}, relabelling loss ${formatNumber(loss)}).`;

/** Words as a sentence before another. */
const capital = (words: string | undefined): string =>
  words === undefined ? "" : `${words.slice(0, 1).toUpperCase()}${words.slice(1)}. `;

/** A row a quantity, a column a component: the mean with the 90% interval under it. */
export function componentTable(components: readonly ComponentSummary[], given = ""): ReportBlock {
  const weights = ["Weight", ...components.map(({ weight }) => formatPercent(weight))];
  const rows = quantities(components).map(({ title, estimates }) => [
    title,
    ...estimates.map(formatInterval),
  ]);
  const table = tableOf<readonly string[]>(
    [weights, ...rows],
    [
      { heading: "", cell: (row) => row[0]!, words: true },
      ...components.map((_, k) => ({
        heading: expertName(k),
        cell: (row: readonly string[]) => row[k + 1]!,
      })),
    ],
  );
  return {
    kind: "table",
    caption: `${given}Posterior mean and 90% interval by component. Weight: average probability over the rows.`,
    table,
  };
}

function formatInterval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return NOTHING;
  const [mean, q5, q95] = [estimate.mean, estimate.q5, estimate.q95].map((x) => formatNumber(x));
  return `${mean} [${q5},\u00a0${q95}]`;
}
