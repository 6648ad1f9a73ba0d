import type { ReportBlock, Section } from "../../core/report.ts";
import { expertName } from "../charts/curves.ts";
import { formatFixed, formatNumber, NOTHING } from "../format-number.ts";
import type { FunctionAlong, VaryingInput } from "../varying-input.ts";
import { section, tableOf } from "./blocks.ts";

/** Columns of a table, without and with bands. */
const POINTS = 5;
const BANDED = 3;

/** Estimates at a few points of the index, a table an expert. */
export function varyingValuesSection(input: VaryingInput): Section[] {
  const { components, grid, index, functions } = input;
  if (functions.length === 0) return [];
  const hasBands = functions.some(({ lower }) => lower !== undefined);
  const count = hasBands ? BANDED : POINTS;
  const places = Array.from({ length: count }, (_, j) => (j + 0.5) / count);
  const at = [...new Set(places.map((place) => Math.round(place * (grid.length - 1))))];
  const ofExpert = (k: number): ReportBlock => ({
    kind: "table",
    caption:
      k === 0
        ? `Estimates at some values of ${index}${hasBands ? ", with the band that holds at all points together" : ""}.`
        : `The same of ${expertName(k)}.`,
    table: tableOf(
      input.functions.filter(({ component }) => component === k + 1),
      [
        { heading: expertName(k), cell: nameOf, words: true },
        ...at.map((g) => ({
          heading: `${index} = ${Number(grid[g]!.toPrecision(3))}`,
          cell: (one: FunctionAlong) => cell(one, g),
        })),
      ],
    ),
  });
  return section(
    "values",
    "Values",
    Array.from({ length: components }, (_, k) => ofExpert(k)),
  );
}

const nameOf = ({ part, term, varies }: FunctionAlong): string =>
  `${part === "gate" ? "gate: " : ""}${term}${varies ? "" : " (constant)"}`;

/** To two digits of the width of its band. */
function cell({ estimate, lower, upper, ...rest }: FunctionAlong, g: number): string {
  const { simultaneousLower: from = lower, simultaneousUpper: to = upper } = rest;
  const [low, value, high] = [from?.[g], estimate[g]!, to?.[g]];
  if (!Number.isFinite(value)) return NOTHING;
  if (low === undefined || high === undefined) return formatNumber(value);
  const width = high - low;
  if (!(width > 0)) return `${formatNumber(value)}\u00a0(no band)`;
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(width)));
  const [a, b] = [low, high].map((end) => formatFixed(end, decimals));
  return `${formatFixed(value, decimals)}\u00a0(${a}\u00a0to\u00a0${b})`;
}
