import type { Table } from "../../src/core/data.ts";
import { DataError } from "../../src/core/errors.ts";
import type { Known } from "../../src/core/known.ts";
import { evaluate } from "../../src/data/evaluate.ts";
import { textOf } from "../../src/data/expression.ts";
import { rowNumber } from "../../src/data/table.ts";
import { fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { categorical } from "../../src/math/random/categorical.ts";
import type { Standard } from "./location-scale.ts";
import { type KnownPart, parseKnown } from "./parse.ts";

interface Part {
  readonly standard: Standard;
  readonly location: Vector;
  readonly scale: Vector;
  readonly weight: number;
}

/** The density of a text at the rows of a table; y is the response that the target rewrites. */
export function compileText(text: string, table: Table, y: Vector): Known {
  const parts = parseKnown(text).map((part) => evaluated(part, table));
  const logs = new Float64Array(parts.length);
  const weights = Float64Array.from(parts, ({ weight }) => weight);
  const average = (i: number, of: (part: Part, i: number) => number): number =>
    parts.reduce((sum, part) => sum + part.weight * of(part, i), 0);
  const meanOf = ({ standard, location, scale }: Part, i: number): number =>
    location[i]! + scale[i]! * standard.mean;

  return {
    words: text,
    logDensity(out) {
      for (let i = 0; i < out.length; i++) {
        for (let j = 0; j < parts.length; j++) logs[j] = logDensityOf(parts[j]!, i, y[i]!);
        out[i] = logSumExp(logs);
      }
    },
    mean(out) {
      for (let i = 0; i < out.length; i++) out[i] = average(i, meanOf);
    },
    variance(out) {
      for (let i = 0; i < out.length; i++) {
        const mean = average(i, meanOf);
        out[i] = average(
          i,
          (part) => part.scale[i]! ** 2 * part.standard.variance + (meanOf(part, i) - mean) ** 2,
        );
      }
    },
    cumulative(out) {
      for (let i = 0; i < out.length; i++) {
        out[i] = average(i, ({ standard, location, scale }) =>
          standard.cdf((y[i]! - location[i]!) / scale[i]!),
        );
      }
    },
    simulate(rng, rows, into) {
      for (const i of rows) {
        const chosen = parts[categorical(rng, weights, 1)]!;
        into[i] = chosen.location[i]! + chosen.scale[i]! * chosen.standard.sample(rng);
      }
    },
  };
}

function logDensityOf({ standard, location, scale, weight }: Part, i: number, y: number): number {
  const t = (y - location[i]!) / scale[i]!;
  return fastLog(weight) + standard.logDensity(t) - fastLog(scale[i]!);
}

/** Throws a DataError for the first row in which the scale is not positive. */
function evaluated({ family, shape, location, scale, weight }: KnownPart, table: Table): Part {
  const values = evaluate(scale, table);
  const row = values.findIndex((value) => !(value > 0));
  if (row >= 0) {
    const name = family.parameters.at(-1)!;
    throw new DataError(
      `${name} of ${family.name} must be > 0 in every row; ${textOf(scale)} is ${values[row]} in row ` +
        `${rowNumber(table, row)}; write it so that it is, such as exp(…)`,
      { row: rowNumber(table, row), value: values[row]! },
    );
  }
  return {
    standard: family.standard(shape),
    location: evaluate(location, table),
    scale: values,
    weight,
  };
}
