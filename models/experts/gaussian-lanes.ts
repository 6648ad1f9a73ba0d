import type { Observations } from "../../src/core/data.ts";
import { regressionRoutine, widthOf } from "../../src/math/lanes/gram-routines.ts";
import type { Lanes } from "../../src/math/lanes/lanes.ts";
import { normalRoutine } from "../../src/math/lanes/normal-routines.ts";
import { LONGEST } from "../../src/math/lanes/rows.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { constantOf, type GaussianBlock, scaleOf } from "./gaussian-block.ts";

/** The same by routines of WebAssembly, to the bit, for vectors in their memory; no offset. */
export function gaussianLanes(
  { y, design: { X } }: Observations,
  K: number,
  lanes: Lanes,
): GaussianBlock {
  const p = X.columns;
  const routines = lanes.compileOnce(`gaussian ${K} ${p}`, () => ({
    normal: normalRoutine(K, p),
    regression: regressionRoutine(p),
  }));
  const rows = lanes.vector(LONGEST * p);
  const response = lanes.vector(LONGEST);
  const parameters = lanes.vector(K * (p + 2));
  const residuals = lanes.vectors(K, LONGEST);
  const width = widthOf(p);
  const own = lanes.vector((p + 1) * width + 2);
  const at = (vector: Vector): number => vector.byteOffset;
  let bytes = 0;

  return {
    addLogDensity(from, theta, joint) {
      const size = joint[0]!.length;
      bytes = 8 * size;
      rows.set(X.data.subarray(from * p, (from + size) * p));
      response.set(y.subarray(from, from + size));
      writeParameters(theta, p, parameters);
      const first = at(joint[0]!);
      const [x, r] = [at(rows), at(residuals[0]!)];
      routines.normal(first + bytes, first, x, at(response), at(parameters), r);
    },

    add(k, weight, sums) {
      const first = at(weight);
      routines.regression(first + bytes, first, at(rows), at(residuals[k]!), at(own));
      for (let j = 0; j < p; j++) {
        for (let i = 0; i <= j; i++) addTo(sums, j * p + i, own[i * width + j]!);
        for (let i = j + 1; i < p; i++) addTo(sums, j * p + i, own[j * width + i]!);
        addTo(sums, p * p + j, own[p * width + j]!);
      }
      addTo(sums, p * p + p, own[(p + 1) * width + 1]!);
      addTo(sums, p * p + p + 1, own[(p + 1) * width]!);
    },
  };
}

/** Of each component its coefficients, then constant and scale of the log density. */
function writeParameters(theta: Matrix, p: number, out: Vector): void {
  for (let k = 0; k < theta.rows; k++) {
    const own = row(theta, k);
    const first = k * (p + 2);
    for (let j = 0; j < p; j++) out[first + j] = own[j]!;
    out[first + p] = constantOf(own[p]!);
    out[first + p + 1] = scaleOf(own[p]!);
  }
}

function addTo(sums: Vector, at: number, amount: number): void {
  sums[at] = sums[at]! + amount;
}
