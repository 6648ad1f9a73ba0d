import type { Table } from "../../src/core/data.ts";
import { buildDesign, planDesign } from "../../src/data/design.ts";
import { parseFormula } from "../../src/data/formula.ts";
import { tableFrom } from "../../src/data/table.ts";

/** Numbers, factors, a name of two words, and columns that hold one value only. */
export const table = tableFrom({
  y: [1.5, 2, 0.25, 4, 3.5, 6, 2.5, 1],
  x: [0.5, 1, 2.5, 3, 4.5, 6, 8, 7],
  w: [-1, 2, -3, 4, 1, 0, 2, 5],
  g: ["a", "b", "c", "a", "b", "c", "b", "a"],
  h: ["u", "u", "v", "v", "u", "v", "v", "u"],
  year: [1880, 1900, 1925, 1950, 1975, 1999, 2010, 2023],
  "two words": [1, 2, 3, 5, 8, 13, 21, 34],
  single: ["s", "s", "s", "s", "s", "s", "s", "s"],
  constant: [2, 2, 2, 2, 2, 2, 2, 2],
});

/** Formulas with all that a design can hold. */
export const FORMULAS = [
  "y ~ x * g - 1",
  "y ~ poly(x, 3) + scale(w):h",
  "y ~ poly(year, 2, raw = TRUE) + I(w^2) + offset(log(x))",
  "y ~ g:h + scale(year)",
  "log(y) ~ (x + w + h)^2",
  "y ~ factor(w) + `two words`",
];

export const plan = (text: string, data: Table = table, exclude: string[] = []) =>
  planDesign(parseFormula(text), data, exclude);

export const build = (text: string, data: Table = table) => buildDesign(plan(text, data), data);
