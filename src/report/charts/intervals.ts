import type { ChartSpec } from "../../core/report.ts";
import type { ComponentSummary, Estimate } from "../input.ts";
import { colour } from "../theme.ts";
import { expertName } from "./curves.ts";
import { data, extent, type Page, widened } from "./frame.ts";
import { expertChannels, quantityChannel, quantityPanels } from "./quantity-panels.ts";

/** One quantity, component by component; a component that does not have it is left out. */
export interface Quantity {
  readonly title: string;
  readonly estimates: readonly (Estimate | undefined)[];
}

/** Every coefficient, sd, other parameter and gate term of the components, in the order of their first owner. */
export function quantities(components: readonly ComponentSummary[]): Quantity[] {
  const terms = (of: (component: ComponentSummary) => object): string[] => [
    ...new Set(components.flatMap((component) => Object.keys(of(component)))),
  ];
  const sd = components.some((component) => component.sd !== undefined);
  return [
    ...terms(({ coefficients }) => coefficients).map((term) => ({
      title: `Coefficient: ${term}`,
      estimates: components.map(({ coefficients }) => coefficients[term]),
    })),
    ...(sd ? [{ title: "Residual sd", estimates: components.map((c) => c.sd) }] : []),
    ...terms(({ parameters = {} }) => parameters).map((name) => ({
      title: `Parameter: ${name}`,
      estimates: components.map(({ parameters }) => parameters?.[name]),
    })),
    ...terms(({ gate }) => gate).map((term) => ({
      title: `Gate: ${term}`,
      estimates: components.map(({ gate }) => gate[term]),
    })),
  ];
}

/** Posterior means with 50% (thick) and 90% (thin) intervals, a panel a quantity. */
export function intervalsByComponent(
  components: readonly ComponentSummary[],
  page: Page,
): ChartSpec {
  return quantityPanels(quantities(components), page, panel);
}

function panel({ title, estimates }: Quantity, width: number): ChartSpec {
  const present = estimates.flatMap((estimate, k) => (estimate ? [{ ...estimate, k }] : []));
  const values = data(present.length, (row) => {
    const { k, mean, q5, q95, q25, q75 } = present[row]!;
    return { expert: expertName(k), mean, q5, q95, q25: q25 ?? mean, q75: q75 ?? mean };
  });
  const domain = widened(extent(present.flatMap(({ mean, q5, q95 }) => [mean, q5, q95])), 0.08);
  const x = quantityChannel(title, domain, width);
  const { y, color } = expertChannels(estimates.length);
  const span = (from: string, to: string, strokeWidth: number) => ({
    mark: { type: "rule", strokeWidth, strokeCap: "round" },
    encoding: {
      x: { field: from, ...x },
      x2: { field: to },
      y,
      color,
    },
  });
  const zero = {
    data: { values: [{}] },
    mark: { type: "rule", color: colour("soft"), strokeWidth: 1, strokeDash: [2, 2] },
    encoding: { x: { datum: 0, type: "quantitative" } },
  };
  return {
    data: values,
    width,
    height: 28 * estimates.length,
    layer: [
      ...(domain[0] < 0 && domain[1] > 0 ? [zero] : []),
      span("q5", "q95", 2),
      span("q25", "q75", 6),
      {
        mark: { type: "point", filled: true, size: 90, stroke: colour("page"), strokeWidth: 2 },
        encoding: { x: { field: "mean", ...x }, y, color },
      },
    ],
  };
}
