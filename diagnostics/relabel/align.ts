import { assign } from "../../src/math/assignment.ts";
import { type Matrix, matrix } from "../../src/math/matrix.ts";
import { type Classification, ofDraw } from "./classification.ts";

/**
 * Permutations of S draws of K components: entry s · K + label is the component of draw s
 * that gets the label.
 */
export type Permutations = Int32Array;

/**
 * Labels each draw so that Σ template[label, i] · responsibility[component, i] is largest.
 * template: K × n.
 */
export function alignTo(template: Matrix, classification: Classification): Permutations {
  const { draws, components: K, rows: n } = classification;
  const out = new Int32Array(draws * K);
  const score = matrix(K, K);
  for (let s = 0; s < draws; s++) {
    const responsibility = ofDraw(classification, s);
    for (let label = 0; label < K; label++) {
      for (let k = 0; k < K; k++) {
        let total = 0;
        for (let i = 0; i < n; i++) {
          total += template.data[label * n + i]! * responsibility[k * n + i]!;
        }
        score.data[label * K + k] = total;
      }
    }
    assign(score, out.subarray(s * K, (s + 1) * K));
  }
  return out;
}

/** Mean over draws of the relabelled responsibilities, K × n. */
export function consensusOf(classification: Classification, permutations: Permutations): Matrix {
  const { draws, components: K, rows: n } = classification;
  const out = matrix(K, n);
  for (let s = 0; s < draws; s++) {
    const responsibility = ofDraw(classification, s);
    for (let label = 0; label < K; label++) {
      const from = permutations[s * K + label]! * n;
      for (let i = 0; i < n; i++) {
        out.data[label * n + i] = out.data[label * n + i]! + responsibility[from + i]!;
      }
    }
  }
  for (let at = 0; at < out.data.length; at++) out.data[at] = out.data[at]! / draws;
  return out;
}
