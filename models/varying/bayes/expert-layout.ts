import type { Block, BlockUpdate } from "../../../src/core/expert.ts";
import type { SampledFamily } from "./families.ts";
import type { Functions } from "./functions.ts";

/** Functions of an expert: of the mean's coefficients, and of the log dispersion where the family has one. */
export interface ExpertShape {
  readonly family: SampledFamily;
  readonly mean: Functions;
  readonly dispersion?: Functions;
}

/** The blocks of theta. */
export function layoutOf(
  { family, mean, dispersion }: ExpertShape,
  terms: readonly string[],
): Block[] {
  const isMean = mean.varying.length === 0 && family.isNormal;
  const blocks: Block[] = [
    {
      name: "coef",
      size: terms.length,
      support: "real",
      terms,
      ...(isMean ? { moment: "mean" } : {}),
    },
    ...functionBlocks("coef", mean),
  ];
  if (dispersion === undefined) return blocks;
  const name = family.dispersion!;
  const isSd = dispersion.varying.length === 0 && name === "sd";
  blocks.push({ name, size: 1, support: "positive", ...(isSd ? { moment: "sd" } : {}) });
  return [...blocks, ...functionBlocks(name, dispersion)];
}

/** Scales and shapes of the functions that vary. */
function functionBlocks(name: string, { varying, rows }: Functions): Block[] {
  if (varying.length === 0) return [];
  return [
    { name: `${name}_scale`, size: varying.length, support: "real", areCoordinates: true },
    {
      name: `${name}_shape`,
      size: varying.length * rows.basis.size,
      support: "real",
      areCoordinates: true,
    },
  ];
}

/** How they are updated. */
export function updatesOf({ family, dispersion }: ExpertShape): BlockUpdate[] {
  const smooth = "independence Metropolis from a t at the mode, scales by slices";
  const mean = {
    block: "coef and its functions",
    method: family.isNormal ? "conjugate draws (normal)" : smooth,
  };
  if (dispersion === undefined) return [mean];
  return [mean, { block: `${family.dispersion} and its function`, method: smooth }];
}
