import { gateFamily } from "../../models/gates/index.ts";
import type { Gate } from "../../src/core/gate.ts";
import type { GateDeclaration } from "../../src/core/model.ts";
import { type Matrix, matrix, row } from "../../src/math/matrix.ts";
import { createRng } from "../../src/math/rng.ts";
import { designRows } from "../helpers/tiny-targets.ts";

const normal = { kind: "normal", mean: 0, sd: 1.5 };
const student = { kind: "student-t", df: 4, location: 0.6, scale: 1.2 };
const uniform = { kind: "uniform", lower: 0.5, upper: 3 };

/** Declarations of each registered gate: every path through its updates. */
export const gateDeclarations: Readonly<Record<string, Readonly<Record<string, GateDeclaration>>>> =
  {
    softmax: {
      "normal rows": { kind: "softmax", formula: "~ x", prior: normal },
      "shifted normal rows": {
        kind: "softmax",
        formula: "~ x",
        prior: { ...normal, mean: 0.8 },
      },
      "normal rows, baseline": {
        kind: "softmax",
        formula: "~ x",
        prior: { ...normal, mean: -0.4 },
        baseline: "last",
      },
      "Student-t rows": { kind: "softmax", formula: "~ x", prior: student },
      "Student-t rows, baseline": {
        kind: "softmax",
        formula: "~ x",
        prior: student,
        baseline: "last",
      },
      "uniform rows, baseline": {
        kind: "softmax",
        formula: "~ x",
        prior: uniform,
        baseline: "last",
      },
    },
    constant: {
      "concentration 1.5": {
        kind: "constant",
        prior: { kind: "dirichlet", concentration: 1.5 },
      },
      "concentration 0.2": {
        kind: "constant",
        prior: { kind: "dirichlet", concentration: 0.2 },
      },
    },
  };

/** A gate with q columns (as many as it knows what to do with): an intercept, then a covariate times `scale`. */
export function compileGate(declaration: GateDeclaration, n: number, q = 2, scale = 1) {
  const columns = declaration.kind === "constant" ? 1 : q;
  const rows = designRows(n).map(([one, x]) => [one, scale * x].slice(0, columns));
  const X = matrix(n, columns, Float64Array.from(rows.flat()));
  const terms = ["(Intercept)", "x"].slice(0, columns);
  return gateFamily(declaration.kind).compile({ terms, X }, declaration);
}

/** K rows from the prior, the fixed ones zero. */
export function priorRows(gate: Gate, K: number, seed: number): Matrix {
  const rng = createRng(seed);
  const gamma = matrix(K, gate.dimension);
  for (let k = 0; k < K - gate.fixedRows; k++) gate.samplePrior(rng, row(gamma, k));
  return gamma;
}

/** Σ responsibility · log probability + priorWeight · log prior, over the free rows. */
export function gateObjective(gate: Gate, K: number, responsibility: Matrix, priorWeight: number) {
  const log = matrix(K, responsibility.columns);
  const gamma = matrix(K, gate.dimension);
  return (free: Float64Array): number => {
    gamma.data.set(free);
    let total = 0;
    for (let k = 0; k < K - gate.fixedRows && priorWeight > 0; k++) {
      total += priorWeight * gate.logPrior(row(gamma, k));
    }
    gate.logProbability(gamma, log);
    return log.data.reduce((sum, value, at) => {
      const r = responsibility.data[at]!;
      return r > 0 ? sum + r * value : sum;
    }, total);
  };
}
