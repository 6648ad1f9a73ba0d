import type { ChainDraws, Draws, LabelledDraws } from "../../src/core/draws.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { Target } from "../../src/core/target.ts";
import { componentNames } from "../../src/core/variables.ts";
import type { Permutations } from "./align.ts";

/**
 * The draws with their components permuted: weight, expert and gate together. Where a gate reference is given (a
 * label, 1-based), or the gate's last row is held at zero (then the last label), each draw's gate rows are expressed
 * against that component's. permutations: S × K, draws chain after chain. Throws a UsageError where their number is
 * not that of the draws, where no component has the label, or where the gate's coefficients are functions.
 */
export function applyRelabelling(
  draws: Draws,
  target: Target,
  permutations: Permutations,
  gateReference?: number,
): LabelledDraws {
  const K = target.capacity;
  const reference = gateReference ?? (target.gate.fixedRows === 1 ? K : undefined);
  if (
    reference !== undefined &&
    !(Number.isInteger(reference) && reference >= 1 && reference <= K)
  ) {
    throw new UsageError(`the gate reference must be a component from 1 to ${K}; got ${reference}`);
  }
  if (reference !== undefined && (target.gate.coordinates ?? 0) > 0) {
    throw new UsageError(
      "there must be no gate reference where gate coefficients are functions: a difference of their coordinates is not " +
        `that of the functions; got ${reference}. varyingPosterior gives functions less their mean over components`,
    );
  }
  const blocks = Array.from({ length: K }, (_, k) =>
    columnsOf(draws, componentNames(target, k + 1)),
  );
  const total = draws.chains.reduce((sum, { iterations }) => sum + iterations, 0);
  if (permutations.length !== total * K) {
    throw new UsageError(
      `permutations must hold ${K} components for each of ${total} draws; got ${permutations.length} entries`,
    );
  }
  const gates = blocks.map((block) => block.slice(block.length - target.gate.dimension));
  let first = 0;
  const chains = draws.chains.map((chain) => {
    const own = permutations.subarray(first * K, (first + chain.iterations) * K);
    first += chain.iterations;
    const values = permute(chain, draws.variables.length, blocks, own);
    if (reference !== undefined) {
      subtractRow(values, draws.variables.length, gates, gates[reference - 1]!);
    }
    return { ...chain, values };
  });
  return { variables: draws.variables, chains } as Draws as LabelledDraws;
}

function columnsOf({ variables }: Draws, names: readonly string[]): number[] {
  return names.map((name) => {
    const column = variables.indexOf(name);
    if (column >= 0) return column;
    throw new UsageError(
      `draws must hold the parameters of every component; "${name}" is not among ${variables.join(", ")}`,
      { name },
    );
  });
}

/** blocks[k][j]: the column of the j-th variable of component k. */
function permute(
  { iterations, values }: ChainDraws,
  stride: number,
  blocks: readonly number[][],
  permutations: Permutations,
): Float64Array {
  const K = blocks.length;
  const out = values.slice();
  for (let t = 0; t < iterations; t++) {
    for (let label = 0; label < K; label++) {
      const from = blocks[permutations[t * K + label]!]!;
      const to = blocks[label]!;
      for (let j = 0; j < to.length; j++) out[t * stride + to[j]!] = values[t * stride + from[j]!]!;
    }
  }
  return out;
}

/**
 * gates[k][j]: the column of the j-th gate coefficient of component k; the probabilities do not
 * change.
 */
function subtractRow(
  values: Float64Array,
  stride: number,
  gates: readonly number[][],
  baseline: readonly number[],
): void {
  for (let start = 0; start < values.length; start += stride) {
    for (let j = 0; j < baseline.length; j++) {
      const zero = values[start + baseline[j]!]!;
      for (const gate of gates) values[start + gate[j]!] = values[start + gate[j]!]! - zero;
    }
  }
}
