import { type Code, type Local, pair } from "../../../src/math/lanes/code.ts";
import { type Routine, routine, type Scope } from "../../../src/math/lanes/module.ts";
import { advance, forRows } from "../../../src/math/lanes/rows.ts";
import type { Layout } from "../layout.ts";

/** Columns that vary and those that do not stand in a row of a matrix one after the other. */
export interface Source {
  readonly varying: number;
  readonly constant: number;
  /** 1 for lines, 2 for parabolas. */
  readonly degree: number;
}

/**
 * Writes a row of a design: columns, times t, times t², constants. Each store takes two numbers, of which the second may
 * be one too many: what comes after it, of this row or the next, is written later.
 */
function writeRow(
  { varying, constant, degree }: Source,
  from: Local,
  to: Local,
  t: Code,
  scope: Scope,
): Code {
  const value = scope.local("v128");
  const code: Code[] = [];
  for (let power = 0; power <= degree; power++) {
    for (let j = 0; j < varying; j += 2) {
      const at = 8 * (power * varying + j);
      code.push(value.set(pair.load(from.get, 8 * j)));
      for (let times = 0; times < power; times++) code.push(value.set(pair.multiply(value.get, t)));
      code.push(pair.store(to.get, value.get, at));
    }
  }
  for (let j = 0; j < constant; j += 2) {
    const at = 8 * ((degree + 1) * varying + j);
    code.push(pair.store(to.get, pair.load(from.get, 8 * (varying + j)), at));
  }
  return code;
}

function writePowers(width: number, to: Local, t: Code, scope: Scope): Code {
  const power = scope.local("v128");
  return Array.from({ length: width }, (_, j) => [
    power.set(j === 0 ? pair.constant(1) : pair.multiply(power.get, t)),
    pair.store(to.get, power.get, 8 * j),
  ]);
}

/**
 * (end, u, place, t, weight, x, X, S, w, W): for rows whose indices stand from `u` to `end`, their distance t from a
 * grid point in bandwidths, their kernel weights, and their rows of the three designs. `place` holds the point and the
 * bandwidth.
 */
export const windowRoutine = (
  { width, hasDispersion }: Layout,
  experts: Source,
  gate: Source,
): Routine =>
  routine(10, (scope, end, u, place, t, weight, x, X, S, w, W) => {
    const scaled = scope.local("v128");
    const bandwidth = pair.loadTwice(place!.get, 8);
    const bump = pair.subtract(pair.constant(1), pair.multiply(scaled.get, scaled.get));
    const distance = pair.subtract(pair.loadTwice(u!.get), pair.loadTwice(place!.get));
    const body = [
      scaled.set(pair.divide(distance, bandwidth)),
      pair.store(t!.get, scaled.get),
      pair.store(weight!.get, pair.divide(pair.multiply(pair.constant(0.75), bump), bandwidth)),
      writeRow(experts, x!, X!, scaled.get, scope),
      writeRow(gate, w!, W!, scaled.get, scope),
      hasDispersion
        ? [writePowers(width[1], S!, scaled.get, scope), advance(S!, 8 * width[1])]
        : [],
    ];
    return [
      forRows(end!, body, [
        [u!, 8],
        [t!, 8],
        [weight!, 8],
        [x!, 8 * (experts.varying + experts.constant)],
        [X!, 8 * width[0]],
        [w!, 8 * (gate.varying + gate.constant)],
        [W!, 8 * width[2]],
      ]),
    ];
  });
