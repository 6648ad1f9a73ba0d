import { join } from "node:path";
import { DataError } from "../core/errors.ts";
import { readText } from "./files.ts";
import type { VaryingFit } from "./varying-fit.ts";

const FIT = "fit.json";
const SUMMARY = "varying.json";

/** A fit read back from its folder. */
export interface OpenedVaryingFit {
  readonly fit: VaryingFit;
  /** Columns that are factors in the data of the fit. */
  readonly factors: readonly string[];
  /** Whether no problem was found; undefined where nothing is known of it. */
  readonly ok: boolean | undefined;
}

/**
 * The fit that `moebius varying --out` has kept in a folder; undefined where there is none. Throws a DataError where the
 * file is not one.
 */
export function openVaryingFit(folder: string): OpenedVaryingFit | undefined {
  const file = join(folder, FIT);
  const text = readText(file);
  if (text === undefined) return undefined;
  const fit = parsed(text);
  if (!isFit(fit)) {
    throw new DataError(
      `${file} must hold a fit as moebius varying --out writes it; it does not; fit again`,
      { path: file },
    );
  }
  const summary = parsed(readText(join(folder, SUMMARY)) ?? "");
  const verdict = isObject(summary) ? summary["verdict"] : undefined;
  const ok = verdict === undefined ? undefined : verdict === "ok";
  return { fit, factors: factorsOf(fit), ok };
}

function factorsOf({ scales: { designs } }: VaryingFit): string[] {
  const names = [designs.experts, designs.gate].flatMap(({ variables }) =>
    variables.flatMap(({ kind, of }) =>
      kind === "factor" && of.kind === "variable" ? [of.name] : [],
    ),
  );
  return [...new Set(names)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether all is there that rows are predicted from. */
function isFit(found: unknown): found is VaryingFit {
  if (!isObject(found) || !isObject(found["model"]) || !isObject(found["scales"])) return false;
  const { theta, grid, index, penalty, model } = found;
  return (
    isObject(model["varying"]) &&
    isObject(index) &&
    isObject(penalty) &&
    isNumbers(grid) &&
    grid.length > 0 &&
    Array.isArray(theta) &&
    theta.length === grid.length &&
    theta.every((at) => isNumbers(at) && at.length === theta[0].length)
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => typeof one === "number");
