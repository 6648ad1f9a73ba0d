import { linearSumAssignment } from "linear-sum-assignment";
import type { Matrix } from "./matrix.ts";
import { row } from "./matrix.ts";

/**
 * The one-to-one assignment of columns to rows with the largest total score: out[i] = column of row
 * i. score: square and finite. Source: [crouse2016].
 */
export function assign(score: Matrix, out: Int32Array): void {
  const rows = Array.from({ length: score.rows }, (_, i) => row(score, i));
  out.set(linearSumAssignment(rows, { maximaze: true }).rowAssignments);
}
