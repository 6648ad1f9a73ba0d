import { expect, test } from "vitest";
import { matrix } from "../../../src/math/matrix.ts";
import { inOrder, matchedTo } from "../../../src/run/component-order.ts";
import { CONJUGATE, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 3, rows: 10 });
const state = {
  theta: matrix(3, 3, Float64Array.of(2, 0.5, 0.4, 0, -1, 0.7, -1, 1, 0.5)),
  gamma: matrix(3, 2, Float64Array.of(0.2, 0.4, -0.5, 0.1, 0.3, -0.5)),
  z: new Int32Array(10),
};

test.each([[[1, 2, 0]], [[2, 0, 1]], [[0, 2, 1]]])(
  "components in the order %j are put back",
  (order) => {
    const turned = inOrder(target, state, order);
    expect(turned.theta).not.toEqual(state.theta);
    expect(matchedTo(target, state, turned)).toEqual(state);
  },
);

test("the last row of a gate with a baseline is zero, and differences stay", () => {
  const gate = { ...SOFTMAX, baseline: "last" } as const;
  const based = tinyTarget({ experts: CONJUGATE, gate, components: 3, rows: 10 });
  const { gamma } = inOrder(based, state, [2, 1, 0]);
  expect([...gamma.data.subarray(4)]).toEqual([0, 0]);
  expect(gamma.data[0]).toBeCloseTo(0.1, 12);
  expect(gamma.data[3]).toBeCloseTo(-0.3, 12);
});
