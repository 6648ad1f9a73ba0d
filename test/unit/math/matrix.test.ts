import { expect, test } from "vitest";
import { matrix, rowsOf } from "../../../src/math/matrix.ts";

test("rowsOf copies the rows asked for, in their order and as often as they are named", () => {
  const m = matrix(3, 2, Float64Array.of(1, 2, 3, 4, 5, 6));
  const some = rowsOf(m, [2, 0, 2]);
  expect(some).toEqual(matrix(3, 2, Float64Array.of(5, 6, 1, 2, 5, 6)));
  some.data.fill(0);
  expect([...m.data]).toEqual([1, 2, 3, 4, 5, 6]);
  expect(rowsOf(m, new Int32Array(0))).toEqual(matrix(0, 2));
});
