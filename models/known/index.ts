import type { Table } from "../../src/core/data.ts";
import type { Known } from "../../src/core/known.ts";
import type { KnownDeclaration, ModelDeclaration } from "../../src/core/model.ts";
import type { Target } from "../../src/core/target.ts";
import type { DesignPlan } from "../../src/data/design.ts";
import { columnsUsed } from "../../src/data/missing.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { compileFitted } from "./fitted.ts";
import { compileFunction } from "./function.ts";
import { columnsOfText } from "./parse.ts";
import { compileText } from "./text.ts";

/** Plans of the designs of a fitted model. */
interface Designs {
  readonly experts: DesignPlan;
  readonly gate: DesignPlan;
}

/** Compiles another model over the rows of a table, on the scale of the data. */
export type CompileOther = (model: ModelDeclaration, designs: Designs, table: Table) => Target;

/** A known density at the rows of a table; y is the response that the target rewrites. */
export function compileKnown(
  known: KnownDeclaration,
  table: Table,
  y: Vector,
  other: CompileOther,
): Known {
  if (typeof known === "string") return compileText(known, table, y);
  if (known.kind === "function") return compileFunction(known, table, y);
  return compileFitted(known, other(known.model, known.designs as Designs, table), y);
}

/** Names of the columns that the known density of a model reads, each once; none where there is no such density. */
export function columnsOfKnown({
  known,
}: {
  readonly known?: KnownDeclaration | undefined;
}): string[] {
  if (known === undefined) return [];
  if (typeof known === "string") return columnsOfText(known);
  if (known.kind === "function") return [...known.columns];
  const { experts, gate } = known.designs as Designs;
  const used = [experts, gate].flatMap((plan) => columnsUsed(plan, "design"));
  return [...new Set([...used, ...columnsOfKnown(known.model)])];
}

/** A known density in words. */
export const knownInWords = (known: KnownDeclaration): string =>
  typeof known === "string" ? known : known.words;

/** Whether a model survives JSON and the way to another thread: not with a density that is given by functions. */
export function isPlain({ known }: Pick<ModelDeclaration, "known">): boolean {
  if (known === undefined || typeof known === "string") return true;
  return known.kind === "fitted" && isPlain(known.model);
}
