import { LOG_PARTS } from "../exp.ts";
import type { Vector } from "../matrix.ts";
import { bits, type Code, i32, pair } from "./code.ts";
import type { Scope } from "./module.ts";

const CELLS = LOG_PARTS.centres.length;

/** Numbers that `logarithm` needs at its address. */
export const LOG_TABLE = 3 * CELLS;

export function writeLogTable(out: Vector): void {
  out.set(LOG_PARTS.centres);
  out.set(LOG_PARTS.inverses, CELLS);
  out.set(LOG_PARTS.logs, 2 * CELLS);
}

/**
 * The logarithms of two normal numbers below 2^1022, the bits of `fastLogOfNormal`; NaN for NaN, of no use elsewhere. A function of
 * their code; `table` is where `writeLogTable` has written.
 */
export function logarithm(scope: Scope, table: number): (x: Code) => Code {
  const { ln2High, ln2Low, origin } = LOG_PARTS;
  const t = scope.local("v128");
  const offset = scope.local("v128");
  const power = scope.local("v128");
  const exponent = scope.local("v128");
  const r = scope.local("v128");
  const square = scope.local("v128");
  const { constant, add, multiply, subtract } = pair;
  const times = (a: Code, value: number): Code => multiply(a, constant(value));
  /** 1.5 · 2^52: the sum of its bits and a whole number's are the bits of their sum. */
  const rounder = 1.5 * 2 ** 52;
  const cellAt = (which: 0 | 1): Code =>
    i32.shiftLeft(
      i32.and(pair.lowWord(bits.shiftRight(offset.get, 13), which), i32.constant(CELLS - 1)),
      i32.constant(3),
    );
  const look = (which: number): Code => {
    const place = table + 8 * CELLS * which;
    return pair.loadSecond(cellAt(1), pair.loadFirst(cellAt(0), place), place);
  };
  const scaling = bits.shiftLeft(bits.subtract(bits.constant(1023, 0), power.get), 52);
  const tail = add(
    subtract(constant(1 / 3), times(r.get, 0.25)),
    multiply(
      square.get,
      add(subtract(constant(0.2), times(r.get, 1 / 6)), times(square.get, 1 / 7)),
    ),
  );
  const log1p = subtract(
    r.get,
    multiply(square.get, subtract(constant(0.5), multiply(r.get, tail))),
  );
  return (x) => [
    t.set(x),
    offset.set(bits.subtract(bits.shiftRight(t.get, 32), bits.constant(origin, 0))),
    power.set(bits.shiftRight(offset.get, 20)),
    exponent.set(subtract(bits.add(power.get, constant(rounder)), constant(rounder))),
    r.set(multiply(subtract(multiply(t.get, scaling), look(0)), look(1))),
    square.set(multiply(r.get, r.get)),
    add(times(exponent.get, ln2High), add(look(2), add(times(exponent.get, ln2Low), log1p))),
  ];
}
