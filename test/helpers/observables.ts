import type { State, Target } from "../../src/core/target.ts";
import { row, type Vector } from "../../src/math/matrix.ts";

/** Numbers read off a state (and the target's present data), with their prior expectations where these are exact. */
export interface Observables {
  readonly names: readonly string[];
  readonly expected: readonly (number | undefined)[];
  observe(state: State, out: Float64Array): void;
}

/** The exact expectations of some observables, by name. */
export type Exact = Readonly<Record<string, number>>;

/** States the exact prior expectations of some observables; a name that is not there is an error. */
export function withExact(observables: Observables, exact: Exact): Observables {
  const unknown = Object.keys(exact).filter((name) => !observables.names.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `no observable ${unknown.join(", ")}; there are ${observables.names.join(", ")}`,
    );
  }
  return { ...observables, expected: observables.names.map((name) => exact[name]) };
}

/** All of several groups, one after the other. */
export function together(...groups: readonly Observables[]): Observables {
  const scratch = groups.map((group) => new Float64Array(group.names.length));
  return {
    names: groups.flatMap((group) => group.names),
    expected: groups.flatMap((group) => group.expected),
    observe(state, out) {
      let start = 0;
      groups.forEach((group, g) => {
        group.observe(state, scratch[g]!);
        out.set(scratch[g]!, start);
        start += group.names.length;
      });
    },
  };
}

/** Some of the observables, by name. */
export function only(observables: Observables, names: readonly string[]): Observables {
  const positions = names.map((name) => observables.names.indexOf(name));
  const scratch = new Float64Array(observables.names.length);
  return {
    names,
    expected: positions.map((j) => observables.expected[j]),
    observe(state, out) {
      observables.observe(state, scratch);
      positions.forEach((j, at) => {
        out[at] = scratch[j]!;
      });
    },
  };
}

interface Coordinate {
  readonly name: string;
  read(theta: Vector): number;
}

/** Expert parameters on the real line: positive ones by their logarithm, so that prior moments exist. */
function coordinates(target: Target): Coordinate[] {
  let start = 0;
  return target.expert.layout.flatMap(({ name, size, support }) => {
    const from = start;
    start += size;
    return Array.from({ length: size }, (_, j): Coordinate => {
      const label = size === 1 ? name : `${name}[${j}]`;
      return support === "positive"
        ? { name: `log ${label}`, read: (theta) => Math.log(theta[from + j]!) }
        : { name: label, read: (theta) => theta[from + j]! };
    });
  });
}

/** x² / (1 + x²): a square with every moment, whatever the tails of x. */
const squashedSquare = (x: number): number => (x * x) / (1 + x * x);

/** x / √(1 + x²): keeps the sign, has every moment. */
const squashed = (x: number): number => x / Math.sqrt(1 + x * x);

/** Means over components of the experts' parameters, their squares and products: exchangeable, so label-free. */
export function expertParameters(target: Target): Observables {
  const list = coordinates(target);
  const pairs = list.flatMap((_, a) => list.slice(a + 1).map((__, b) => [a, a + 1 + b] as const));
  const names = [
    ...list.map(({ name }) => name),
    ...list.map(({ name }) => `(${name})² squashed`),
    ...pairs.map(([a, b]) => `${list[a]!.name} · ${list[b]!.name} squashed`),
  ];
  const read = new Float64Array(list.length);
  return {
    names,
    expected: names.map(() => undefined),
    observe({ theta }, out) {
      out.fill(0);
      for (let k = 0; k < theta.rows; k++) {
        const component = row(theta, k);
        let at = 0;
        list.forEach((coordinate, j) => {
          read[j] = coordinate.read(component);
          // Logarithms have light tails: their plain mean is the one with a closed form.
          const value = coordinate.name.startsWith("log ") ? read[j]! : squashed(read[j]!);
          out[at] = out[at]! + value / theta.rows;
          at++;
        });
        for (const value of read) {
          out[at] = out[at]! + squashedSquare(value) / theta.rows;
          at++;
        }
        for (const [a, b] of pairs) {
          out[at] = out[at]! + (squashed(read[a]!) * squashed(read[b]!)) / theta.rows;
          at++;
        }
      }
    },
  };
}

/**
 * Moments of the gate's free rows (means over rows), their squared level (the mean row, squared) and their
 * products with the first expert parameter of the same component.
 */
export function gateParameters(target: Target): Observables {
  const q = target.gate.dimension;
  const terms = Array.from({ length: q }, (_, j) => `gate[${j}]`);
  const names = [
    ...terms,
    ...terms.map((term) => `${term}²`),
    ...terms.map((term) => `level of ${term}, squared`),
    ...terms.map((term) => `${term} · theta[0] squashed`),
    ...terms.map((term) => `${term}² · theta[0] squashed`),
    ...(q > 1 ? ["gate[0] · gate[1]", "gate[0] · gate[1] · theta[0] · theta[1] squashed"] : []),
  ];
  return {
    names,
    expected: names.map(() => undefined),
    observe({ theta, gamma }, out) {
      out.fill(0);
      const free = gamma.rows - target.gate.fixedRows;
      for (let k = 0; k < free; k++) {
        const gate = row(gamma, k);
        const first = squashed(theta.data[k * theta.columns]!);
        for (let j = 0; j < q; j++) {
          const g = gate[j]!;
          [g, g * g, g, g * first, g * g * first].forEach((value, group) => {
            out[group * q + j] = out[group * q + j]! + value / free;
          });
        }
        if (q > 1) {
          const product = gate[0]! * gate[1]!;
          const second = squashed(theta.data[k * theta.columns + 1]!);
          out[5 * q] = out[5 * q]! + product / free;
          out[5 * q + 1] = out[5 * q + 1]! + (product * first * second) / free;
        }
      }
      for (let j = 0; j < q; j++) out[2 * q + j] = out[2 * q + j]! ** 2;
    },
  };
}

/** Exact prior expectations of `gateParameters` when free rows are iid N(0, sd² I) and independent of the experts. */
export function exactNormalGate(target: Target, sd: number): Exact {
  const free = target.capacity - target.gate.fixedRows;
  const exact: Record<string, number> = {};
  for (let j = 0; j < target.gate.dimension; j++) {
    exact[`gate[${j}]`] = 0;
    exact[`gate[${j}]²`] = sd * sd;
    exact[`level of gate[${j}], squared`] = (sd * sd) / free;
    exact[`gate[${j}] · theta[0] squashed`] = 0;
  }
  if (target.gate.dimension > 1) {
    exact["gate[0] · gate[1]"] = 0;
    exact["gate[0] · gate[1] · theta[0] · theta[1] squashed"] = 0;
  }
  return exact;
}
