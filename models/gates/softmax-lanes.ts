import type { BlockPlace } from "../../src/math/gram.ts";
import { productsRoutine, triangleRoutine, widthOf } from "../../src/math/lanes/gram-routines.ts";
import type { Lanes } from "../../src/math/lanes/lanes.ts";
import { LONGEST } from "../../src/math/lanes/rows.ts";
import {
  curvatureRoutine,
  scoresRoutine,
  weightsRoutine,
} from "../../src/math/lanes/softmax-routines.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { SoftmaxBlock } from "./softmax-block.ts";

/** The same by routines of WebAssembly, to the bit, for vectors in their memory. */
export function softmaxLanes(W: Vector, q: number, K: number, lanes: Lanes): SoftmaxBlock {
  const routines = lanes.compileOnce(`softmax ${K} ${q}`, () => ({
    weights: weightsRoutine(K, q),
    scores: scoresRoutine(K),
    ownCurvature: curvatureRoutine(true),
    curvature: curvatureRoutine(false),
    products: productsRoutine(q),
    triangle: triangleRoutine(q),
  }));
  const rows = lanes.vector(LONGEST * q);
  const coefficients = lanes.vector(K * q);
  const probability = lanes.vectors(K, LONGEST);
  const scaled = lanes.vectors(K, LONGEST);
  const residual = lanes.vectors(K, LONGEST);
  const inverse = lanes.vector(LONGEST);
  const curvature = lanes.vector(LONGEST);
  const products = lanes.vector(widthOf(q));
  const triangle = lanes.vector(q * widthOf(q));
  const at = (vector: Vector): number => vector.byteOffset;
  let bytes = 0;

  return {
    logWeight(from, gamma, joint, sum) {
      const size = sum.length;
      bytes = 8 * size;
      rows.set(W.subarray(from * q, (from + size) * q));
      coefficients.set(gamma.data);
      const [first, weight] = [at(joint[0]!), at(probability[0]!)];
      const [x, c] = [at(rows), at(coefficients)];
      routines.weights(first + bytes, first, x, c, weight, at(sum), at(inverse));
    },

    addScores(responsibility, total, gradients) {
      const shares = at(responsibility[0]!);
      const [p, s, r] = [at(probability[0]!), at(scaled[0]!), at(residual[0]!)];
      routines.scores(at(total) + bytes, at(total), at(inverse), shares, p, s, r);
      for (let k = 0; k < K - 1; k++) {
        products.set(gradients[k]!);
        const weight = at(residual[k]!);
        routines.products(weight + bytes, weight, at(rows), at(products));
        for (let j = 0; j < q; j++) gradients[k]![j] = products[j]!;
      }
    },

    addCurvature(k, l, out, place) {
      const routine = k === l ? routines.ownCurvature : routines.curvature;
      const weight = at(scaled[k]!);
      routine(weight + bytes, weight, at(probability[l]!), at(curvature));
      readTriangle(out, place, q, triangle);
      routines.triangle(at(curvature) + bytes, at(curvature), at(rows), at(triangle));
      writeTriangle(triangle, q, out, place);
    },
  };
}

function readTriangle(from: Vector, { first, stride }: BlockPlace, q: number, to: Vector): void {
  const width = widthOf(q);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i <= j; i++) to[i * width + j] = from[first + j * stride + i]!;
  }
}

function writeTriangle(from: Vector, q: number, to: Vector, { first, stride }: BlockPlace): void {
  const width = widthOf(q);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i <= j; i++) to[first + j * stride + i] = from[i * width + j]!;
  }
}
