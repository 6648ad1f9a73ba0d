import { EXP_CELLS, EXP_PARTS } from "../exp.ts";
import { bits, type Code, i32, pair } from "./code.ts";
import type { Scope } from "./module.ts";

/** Where the memory holds `EXP_PARTS.roots`. */
export const ROOTS = 64;

/** Powers of two are made 2^64 times as large, so that those below the normal doubles can be made from bits. */
const LIFT = 64;
/** Below, `fastExp` gives 0. */
const SMALLEST_POWER = -1073;
/** Above, the lifted power would leave the range of doubles. */
export const LARGEST_EXPONENT = 664;

/**
 * The exponentials of two numbers at most `LARGEST_EXPONENT`, the bits of `fastExp`; of larger ones that of this number.
 * A function of their code.
 */
export function exponential(scope: Scope): (x: Code) => Code {
  const { cellsPerUnit, stepHigh, stepLow, rounder } = EXP_PARTS;
  const t = scope.local("v128");
  const shifted = scope.local("v128");
  const cell = scope.local("v128");
  const r = scope.local("v128");
  const square = scope.local("v128");
  const root = scope.local("v128");
  const { constant, add, multiply, subtract } = pair;
  const times = (a: Code, value: number): Code => multiply(a, constant(value));
  const within = (x: Code): Code =>
    pair.smaller(pair.larger(x, constant(-745)), constant(LARGEST_EXPONENT));
  const rootAt = (which: 0 | 1): Code =>
    i32.shiftLeft(i32.and(pair.lowWord(shifted.get, which), i32.constant(63)), i32.constant(3));
  const expm1 = add(
    r.get,
    multiply(
      square.get,
      add(
        add(constant(0.5), times(r.get, 1 / 6)),
        multiply(square.get, add(constant(1 / 24), times(r.get, 1 / 120))),
      ),
    ),
  );
  const power = bits.add(
    bits.shiftLeft(bits.and(shifted.get, bits.constant(-64, -1)), 46),
    bits.constant(0, (1023 - 1 + LIFT) << 20),
  );
  return (x) => [
    t.set(within(x)),
    shifted.set(add(times(t.get, cellsPerUnit), constant(rounder))),
    cell.set(subtract(shifted.get, constant(rounder))),
    r.set(subtract(subtract(t.get, times(cell.get, stepHigh)), times(cell.get, stepLow))),
    square.set(multiply(r.get, r.get)),
    root.set(pair.loadSecond(rootAt(1), pair.loadFirst(rootAt(0), ROOTS), ROOTS)),
    bits.without(
      times(multiply(add(root.get, multiply(root.get, expm1)), power), 2 ** -LIFT),
      pair.below(cell.get, constant(SMALLEST_POWER * EXP_CELLS)),
    ),
  ];
}
