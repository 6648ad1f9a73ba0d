import type { ChartSpec } from "../../core/report.ts";
import { expertColour } from "../theme.ts";
import { expertName } from "./curves.ts";
import { axisFormat, type Page, panels } from "./frame.ts";

const LABEL_WIDTH = 86;
const GAP = 20;

/** A panel a quantity, three side by side where the page is wide; `draw` gets the width of one. */
export function quantityPanels<Q>(
  quantities: readonly Q[],
  page: Page,
  draw: (quantity: Q, width: number) => ChartSpec,
): ChartSpec {
  const columns = page.narrow ? 1 : 3;
  const width = Math.floor((page.width - GAP * (columns - 1)) / columns) - LABEL_WIDTH;
  return panels(
    columns,
    quantities.map((quantity) => draw(quantity, width)),
    GAP,
  );
}

/** The horizontal channel of a panel of this width: the quantity, its domain as given. */
export const quantityChannel = (
  title: string,
  domain: readonly [number, number],
  width: number,
) => ({
  type: "quantitative",
  title,
  scale: { domain, nice: false, zero: false },
  axis: {
    tickCount: 3,
    titleLimit: 1.4 * (width + LABEL_WIDTH),
    format: axisFormat(domain),
    grid: true,
  },
});

/** The vertical channel and the colour of a panel with a line for each of `count` experts. */
export const expertChannels = (count: number) => ({
  y: { field: "expert", type: "nominal", title: null, axis: { minExtent: 48 } },
  color: {
    field: "expert",
    type: "nominal",
    legend: null,
    scale: {
      domain: Array.from({ length: count }, (_, k) => expertName(k)),
      range: Array.from({ length: count }, (_, k) => expertColour(k)),
    },
  },
});
