import { readFileSync } from "node:fs";
import { parseTable } from "../../src/data/parse-table.ts";

const folder = new URL("../reference/random-k/", import.meta.url);
const reference = JSON.parse(readFileSync(new URL("evidence.json", folder), "utf8"));

interface Estimate {
  readonly value: number;
  readonly se: number;
}

/** A data set with the evidences and posterior of K that other programs found. */
export function randomKReference(name: string) {
  const { file, logEvidence, posteriorK } = reference.data[name];
  return {
    table: parseTable(readFileSync(new URL(file, folder), "utf8"), file),
    logEvidence: logEvidence as Record<string, Estimate>,
    posteriorK: posteriorK as Record<string, Estimate>,
  };
}

/** The model of all these references, with a number of components to be replaced. */
export const referenceModel = { ...reference.model, components: 1 };

/** Half a unit of the last digit that the reference log evidences were rounded to. */
const ROUNDING = 0.005;

/** (ours − reference) in combined standard errors; `inflate` multiplies the reference's. */
export function differenceInErrors(ours: Estimate, theirs: Estimate, inflate = 1): number {
  const error = Math.hypot(ours.se, inflate * theirs.se, ROUNDING / Math.sqrt(3));
  return Math.abs(ours.value - theirs.value) / error;
}
