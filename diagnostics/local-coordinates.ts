import type { Design } from "../src/core/data.ts";
import type { Block } from "../src/core/expert.ts";
import { type Transform, transformOf } from "../src/core/transform.ts";
import { type Matrix, matrix, type Vector } from "../src/math/matrix.ts";
import { mean, variance } from "../src/math/moments.ts";

/** How one entry of an atom's expert is compared and merged. */
export interface ExpertCoordinate {
  /** A linear predictor's value at the centre, one of its slopes, a variance, or something else. */
  readonly kind: "level" | "slope" | "variance" | "other";
  /** Powers of the residual sd in its unit. */
  readonly unit: 0 | 1 | 2;
  /**
   * Of a slope: where the level of its predictor stands, and the gate's slope of the same
   * covariate, or −1.
   */
  readonly level: number;
  readonly gate: number;
}

/** Where the columns of a design are centred and how they are scaled. */
export interface Scaling {
  readonly terms: readonly string[];
  /** The column that is 1 everywhere, or −1: then nothing is centred. */
  readonly constant: number;
  readonly centre: Vector;
  readonly scale: Vector;
}

export function scalingOf({ terms, X }: Design): Scaling {
  const columns = terms.map((_, j) =>
    Float64Array.from({ length: X.rows }, (__, i) => X.data[i * X.columns + j]!),
  );
  const constant = columns.findIndex((column) => column.every((value) => value === 1));
  const usable = (value: number) => (Number.isFinite(value) ? value : 0);
  return {
    terms,
    constant,
    centre: Float64Array.from(columns, (column, j) =>
      constant < 0 || j === constant ? 0 : usable(mean(column)),
    ),
    scale: Float64Array.from(columns, (column, j) => {
      const sd = j === constant ? 1 : Math.sqrt(variance(column));
      return sd > 0 ? sd : 1;
    }),
  };
}

export function toLocal({ constant, centre, scale }: Scaling, given: Vector, out: Vector): void {
  let level = 0;
  for (let j = 0; j < given.length; j++) {
    out[j] = given[j]! * scale[j]!;
    level += given[j]! * centre[j]!;
  }
  if (constant >= 0) out[constant] = given[constant]! + level;
}

export function fromLocal({ constant, centre, scale }: Scaling, local: Vector, out: Vector): void {
  let level = 0;
  for (let j = 0; j < local.length; j++) {
    out[j] = local[j]! / scale[j]!;
    if (j !== constant) level += out[j]! * centre[j]!;
  }
  if (constant >= 0) out[constant] = local[constant]! - level;
}

/** A block of an expert's parameters in local coordinates. */
export interface Part {
  readonly coordinates: readonly ExpertCoordinate[];
  toLocal(theta: Vector, out: Vector): void;
  fromLocal(local: Vector, out: Vector): void;
}

export function partsOf(
  layout: readonly Block[],
  design: Design | undefined,
  gate: Scaling,
): Part[] {
  const scaling = design && scalingOf(design);
  let from = 0;
  return layout.map((block) => {
    const to = from + block.size;
    const part =
      scaling !== undefined && block.terms !== undefined && block.size === scaling.terms.length
        ? linearPart(block, scaling, gate, from, to)
        : otherPart(block, from, to);
    from = to;
    return part;
  });
}

function linearPart(block: Block, scaling: Scaling, gate: Scaling, from: number, to: number): Part {
  const unit = block.moment === "mean" ? 1 : 0;
  const level = scaling.constant < 0 ? -1 : from + scaling.constant;
  return {
    coordinates: scaling.terms.map((term, j) =>
      j === scaling.constant
        ? { kind: "level", unit, level: -1, gate: -1 }
        : { kind: "slope", unit, level, gate: gate.terms.indexOf(term) },
    ),
    toLocal: (theta, out) => toLocal(scaling, theta.subarray(from, to), out.subarray(from, to)),
    fromLocal: (local, out) => fromLocal(scaling, local.subarray(from, to), out.subarray(from, to)),
  };
}

const square: Pick<Transform, "toReal" | "fromReal"> = {
  toReal: (sd) => sd * sd,
  fromReal: Math.sqrt,
};

function otherPart({ size, support, moment }: Block, from: number, to: number): Part {
  const map = moment === "sd" ? square : transformOf(support);
  const coordinate: ExpertCoordinate =
    moment === "sd"
      ? { kind: "variance", unit: 2, level: -1, gate: -1 }
      : { kind: "other", unit: moment === "mean" ? 1 : 0, level: -1, gate: -1 };
  return {
    coordinates: new Array<ExpertCoordinate>(size).fill(coordinate),
    toLocal(theta, out) {
      for (let j = from; j < to; j++) out[j] = map.toReal(theta[j]!);
    },
    fromLocal(local, out) {
      for (let j = from; j < to; j++) out[j] = map.fromReal(local[j]!);
    },
  };
}

/** A gate that shows no design is taken as it is: unscaled, its intercept known by name. */
export function onlyIntercept(n: number, terms: readonly string[]): Matrix {
  const X = matrix(n, terms.length);
  terms.forEach((term, j) => {
    for (let i = 0; i < n; i++)
      X.data[i * terms.length + j] = term === "(Intercept)" ? 1 : Number.NaN;
  });
  return X;
}
