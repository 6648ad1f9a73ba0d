import type { ChartSpec } from "../../core/report.ts";
import type { CountUnderPrior } from "../selection-input.ts";
import { colour, expertColour } from "../theme.ts";
import { data, type Page, panels } from "./frame.ts";

const HEIGHT = 130;
const GAP = 18;
const LONGEST_LINE = 28;

/** The posterior of the number of experts as bars, a panel a prior; the prior as open points. */
export function countUnderPriors(priors: readonly CountUnderPrior[], page: Page): ChartSpec {
  const columns = page.narrow ? 1 : Math.min(priors.length, 3);
  const width = Math.floor((page.width - GAP * (columns - 1)) / columns) - 46;
  return panels(
    columns,
    priors.map((under) => panel(under, width)),
    GAP,
  );
}

function panel(
  { prior, priorProbability, probability }: CountUnderPrior,
  width: number,
): ChartSpec {
  const values = data(probability.length, (k) => ({
    K: k + 1,
    posterior: probability[k]!,
    prior: priorProbability[k]!,
  }));
  const x = { field: "K", type: "ordinal", title: "number of experts", axis: { labelAngle: 0 } };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: "probability",
    scale: { domain: [0, 1] },
    axis: { tickCount: 3 },
  });
  return {
    title: { text: linesOf(prior), fontSize: 11, fontWeight: "normal", limit: width + 40 },
    data: values,
    width,
    height: HEIGHT,
    layer: [
      { mark: { type: "bar", color: expertColour(0) }, encoding: { x, y: y("posterior") } },
      {
        mark: { type: "point", filled: false, size: 40, color: colour("ink"), strokeWidth: 2 },
        encoding: { x, y: y("prior") },
      },
    ],
  };
}

/** The words of a prior on lines that fit a panel. */
function linesOf(prior: string): string[] {
  const [law, ...rest] = prior.split(", K ");
  const end = rest.length > 0 ? [`K ${rest.join(", K ")}`] : [];
  const parts = law!.length > LONGEST_LINE ? law!.split(" ~ ") : [law!];
  return parts.length === 2 ? [`${parts[0]} ~`, parts[1]!, ...end] : [...parts, ...end];
}
