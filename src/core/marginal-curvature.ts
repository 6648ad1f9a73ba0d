import { addGramSquare, addGramTriangle, addProducts } from "../math/gram.ts";
import type { Matrix, Vector } from "../math/matrix.ts";
import type { ExpertRows, RowSlopes } from "./expert-rows.ts";
import type { RowBlock } from "./marginal-block.ts";
import type { PointLayout, SlopeScratch } from "./marginal-derivatives.ts";
import { curvatures, gatePair, products, responsibilityPair, total } from "./marginal-loops.ts";

/**
 * A function that adds a block's share of minus the Hessian of the log-likelihood to its lower triangle, after
 * `slopesOf` with second derivatives. With r_k the responsibilities and a, b first derivatives of the experts' log
 * densities, an entry of components k and l is −r_k (δ_kl − r_l) a_k b_l, on the diagonal less r_k times the second
 * derivative, and of two log weights that less the same in the gate's probabilities.
 */
export function curvatureSums(layout: PointLayout, rows: ExpertRows, sameDesign: boolean) {
  const { components: K, q, p } = layout;
  const byU = addByU(p);

  function addGates(
    block: RowBlock,
    { both, work }: SlopeScratch,
    k: number,
    l: number,
    out: Matrix,
  ) {
    const { weight } = block.scratch;
    const place = { first: layout.gate(k) * out.columns + layout.gate(l), stride: out.columns };
    gatePair(both, weight[k]!, weight[l]!, k === l, work);
    if (k === l) addGramTriangle(block.W, q, work, out.data, place);
    else addGramSquare(block.W, q, work, out.data, place);
  }

  /** Rows: coordinates of expert e; columns: contrasts of component g. */
  function addExpertByGate(block: RowBlock, own: SlopeScratch, e: number, g: number, out: Matrix) {
    const { slopes, both, work } = own;
    const first = layout.expert(e) * out.columns + layout.gate(g);
    products(both, slopes[e]!.eta, work);
    if (sameDesign) addGramSquare(block.X, p, work, out.data, { first, stride: out.columns });
    else addCrossGram(block.X, p, block.W, q, work, out.data, first, out.columns);
    if (rows.others === 0) return;
    products(both, slopes[e]!.u, work);
    const at = (layout.expert(e) + p) * out.columns + layout.gate(g);
    addProducts(block.W, q, work, out.data.subarray(at, at + q));
  }

  function addExperts(block: RowBlock, own: SlopeScratch, k: number, l: number, out: Matrix) {
    const r = block.scratch.joint[k]!;
    const { slopes, both, work } = own;
    const [a, b] = [slopes[k]!, slopes[l]!];
    const second = (of: keyof RowSlopes) => (k === l ? a[of] : undefined);
    const [from, to] = [layout.expert(k), layout.expert(l)];
    const place = { first: from * out.columns + to, stride: out.columns };
    curvatures(both, a.eta, b.eta, second("etaEta"), r, work);
    if (k === l) addGramTriangle(block.X, p, work, out.data, place);
    else addGramSquare(block.X, p, work, out.data, place);
    if (rows.others === 0) return;
    curvatures(both, a.eta, b.u, second("etaU"), r, work);
    byU(block, work, to + p, from, out);
    if (k !== l) {
      curvatures(both, a.u, b.eta, undefined, r, work);
      byU(block, work, from + p, to, out);
    }
    curvatures(both, a.u, b.u, second("uu"), r, work);
    const at = (from + p) * out.columns + to + p;
    out.data[at] = out.data[at]! + total(work);
  }

  function addPair(block: RowBlock, own: SlopeScratch, k: number, l: number, out: Matrix): void {
    const { joint } = block.scratch;
    responsibilityPair(joint[k]!, joint[l]!, k === l, own.both);
    addExperts(block, own, k, l, out);
    if (l < K - 1) addExpertByGate(block, own, k, l, out);
    if (k === K - 1) return;
    addGates(block, own, k, l, out);
    if (k !== l) addExpertByGate(block, own, l, k, out);
  }

  return (block: RowBlock, own: SlopeScratch, out: Matrix): void => {
    for (let k = 0; k < K; k++) for (let l = 0; l <= k; l++) addPair(block, own, k, l, out);
  };
}

/** Adds Σ w x to the entries of coordinate u and the coefficients that begin at `first`, in the lower triangle. */
function addByU(p: number) {
  const sums = new Float64Array(p);
  return (block: RowBlock, weights: Vector, u: number, first: number, out: Matrix): void => {
    sums.fill(0);
    addProducts(block.X, p, weights, sums);
    for (let j = 0; j < p; j++) {
      const at = Math.max(u, first + j) * out.columns + Math.min(u, first + j);
      out.data[at] = out.data[at]! + sums[j]!;
    }
  };
}

/** out += Σ_i w_i x_i v_i', p × q, at a place in a larger matrix. */
function addCrossGram(
  X: Vector,
  p: number,
  V: Vector,
  q: number,
  weights: Vector,
  out: Vector,
  first: number,
  stride: number,
): void {
  for (let i = 0; i < weights.length; i++) {
    for (let a = 0; a < p; a++) {
      const wx = weights[i]! * X[i * p + a]!;
      const at = first + a * stride;
      for (let b = 0; b < q; b++) out[at + b] = out[at + b]! + wx * V[i * q + b]!;
    }
  }
}
