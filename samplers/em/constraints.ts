import { UsageError } from "../../src/core/errors.ts";
import type { Block, Expert } from "../../src/core/expert.ts";
import type { State } from "../../src/core/target.ts";
import { fromUnconstrained, toUnconstrained, transformsOf } from "../../src/core/transform.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import type { ParameterPlan } from "./parameter-plan.ts";
import { scaleIndexOf } from "./scale-index.ts";
import type { EmConstraints, FixedCoefficient } from "./settings.ts";

/** What constraints need to know of an expert. */
type Shape = Pick<Expert, "layout" | "dimension">;

/** Names of the parameters of an expert, in the order of theta: terms, or block names. */
export function parameterNames(layout: readonly Block[]): readonly string[] {
  return layout.flatMap(({ name, size, terms }) =>
    terms !== undefined
      ? [...terms]
      : Array.from({ length: size }, (_, j) => (size === 1 ? name : `${name}[${j + 1}]`)),
  );
}

/** How many free parameters the constraints take away; one that several of them take counts once. */
export function constraintCount(
  constraints: EmConstraints,
  components: number,
  expert: Shape,
): number {
  return components * expert.dimension - planOf(expert, components, constraints).size;
}

/**
 * Which parameters are free under the constraints. Throws a UsageError where a term or component is
 * unknown, where a value cannot be, or where constraints contradict each other.
 */
export function planOf(
  expert: Shape,
  components: number,
  constraints: EmConstraints = {},
): ParameterPlan {
  const d = expert.dimension;
  const common = sharedColumns(expert, constraints);
  const held = new Float64Array(components * d).fill(Number.NaN);
  for (const fixed of constraints.fixed ?? []) {
    const j = columnOf(expert, fixed.term);
    checkFixed(expert, components, fixed, j);
    const rows = common.has(j)
      ? Array.from({ length: components }, (_, k) => k)
      : [fixed.component];
    for (const k of rows) hold(held, k * d + j, fixed);
  }
  const slot = new Int32Array(components * d).fill(-1);
  let size = 0;
  for (let at = 0; at < slot.length; at++) {
    if (!Number.isNaN(held[at]!)) continue;
    slot[at] = at >= d && common.has(at % d) ? slot[at % d]! : size++;
  }
  return { slot, size, held };
}

/** Columns of theta that all experts share. */
function sharedColumns(expert: Shape, { equalSd, shared = [] }: EmConstraints): Set<number> {
  const columns = shared.map((term) => columnOf(expert, term));
  const sdAt = scaleIndexOf(expert.layout);
  if (equalSd && sdAt < 0) {
    throw new UsageError(
      "experts that share their sd must have one; this family has none; leave out equalSd",
    );
  }
  return new Set(equalSd ? [...columns, sdAt] : columns);
}

function columnOf({ layout }: Shape, term: string): number {
  const names = parameterNames(layout);
  const j = names.indexOf(term);
  if (j < 0) {
    throw new UsageError(
      `a constraint must name a parameter of the experts: ${names.join(", ")}; got ${term}`,
    );
  }
  return j;
}

function checkFixed(
  { layout }: Shape,
  components: number,
  { component, term, value }: FixedCoefficient,
  j: number,
): void {
  if (!(Number.isInteger(component) && component >= 0 && component < components)) {
    throw new UsageError(
      `a fixed parameter must belong to a component from 1 to ${components}; got ` +
        `${component + 1} for ${term}`,
    );
  }
  const support = layout.flatMap((block) => new Array<string>(block.size).fill(block.support))[j];
  const inside =
    support === "positive" ? value > 0 : support === "unit" ? value > 0 && value < 1 : true;
  if (!(Number.isFinite(value) && inside)) {
    const what = support === "real" ? "a finite number" : `a finite number (${support})`;
    throw new UsageError(`the fixed value of ${term} must be ${what}; got ${value}`);
  }
}

function hold(held: Float64Array, at: number, { component, term, value }: FixedCoefficient): void {
  const before = held[at]!;
  if (!Number.isNaN(before) && before !== value) {
    throw new UsageError(
      `constraints must not contradict each other; ${term} of component ${component} is held at ` +
        `${before} and at ${value}`,
    );
  }
  held[at] = value;
}

/** Brings the experts of a state to where the plan holds, in place: what is shared becomes its mean in unconstrained coordinates. */
export function impose(
  { layout, dimension: d }: Shape,
  { slot, size, held }: ParameterPlan,
  { theta }: State,
): void {
  const maps = transformsOf(layout);
  const points = matrix(theta.rows, d);
  for (let k = 0; k < theta.rows; k++) toUnconstrained(maps, row(theta, k), row(points, k));
  const sum = new Float64Array(size);
  const count = new Float64Array(size);
  slot.forEach((of, at) => {
    if (of < 0) return;
    sum[of] = sum[of]! + points.data[at]!;
    count[of] = count[of]! + 1;
  });
  slot.forEach((of, at) => {
    if (of >= 0 && count[of]! > 1) points.data[at] = sum[of]! / count[of]!;
  });
  for (let k = 0; k < theta.rows; k++) fromUnconstrained(maps, row(points, k), row(theta, k));
  held.forEach((value, at) => {
    if (!Number.isNaN(value)) theta.data[at] = value;
  });
}
