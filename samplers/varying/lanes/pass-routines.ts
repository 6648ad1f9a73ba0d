import { type Code, call, f64, i32 } from "../../../src/math/lanes/code.ts";
import { type Routine, routine } from "../../../src/math/lanes/module.ts";
import { forRows, STRIDE } from "../../../src/math/lanes/rows.ts";
import type { Layout } from "../layout.ts";
import { placesOf } from "./places.ts";

/** Where routines find and leave what is the same for all rows. */
export interface Fixed {
  readonly columns: number;
  readonly theta: number;
  readonly gradient: number;
  readonly information: number;
  readonly total: number;
}

/** (end, values, weight, total): adds weights times values to a total, row by row. */
export const weighRoutine = (): Routine =>
  routine(4, (scope, end, values, weight, total) => {
    const sum = scope.local("f64");
    const term = f64.multiply(f64.load(weight!.get), f64.load(values!.get));
    return [
      sum.set(f64.load(total!.get)),
      forRows(
        end!,
        [sum.set(f64.add(sum.get, term))],
        [
          [values!, 8],
          [weight!, 8],
        ],
      ),
      f64.store(total!.get, sum.get),
    ];
  });

/**
 * Routines that call those named of their module one after another. `rows` is eight times the number of rows in a run.
 * "densities" (rows, X, S, W, y, offset): predictors and, of normal rows, log densities; the rest of a family without a
 * routine is written after it. "seen" (rows, y, offset): log densities of normal rows, and shares, where predictors and other
 * families' log densities have been written. Then, with or without responsibilities given: "value" and "valueGiven" add to the total,
 * "observed", "complete" and "given" to gradient and information too; all (rows, weight, given, X, S, W).
 */
export function passRoutines(
  layout: Layout,
  fixed: Fixed,
  names: readonly string[],
  isNormal: boolean,
) {
  const to = (name: string, operands: readonly Code[]): Code => call(names.indexOf(name), operands);
  const places = placesOf(layout);
  const out = i32.constant(fixed.columns);
  const endOf = (rows: Code): Code => i32.add(out, rows);
  const values = i32.constant(fixed.columns + places.value * STRIDE);

  const normals = (rows: Code, y: Code, offset: Code): Code =>
    Array.from({ length: layout.components }, (_, k) => {
      const from = i32.constant(fixed.columns + 2 * k * STRIDE);
      const family = i32.constant(fixed.columns + places.family(k, 0) * STRIDE);
      return to("normal", [i32.add(from, rows), from, family, y, offset]);
    });

  const densities = routine(6, (_, rows, X, S, W, y, offset) => {
    const end = endOf(rows!.get);
    const predictors = [end, out, X!.get, S!.get, W!.get, i32.constant(fixed.theta)];
    return [to("predictors", predictors), isNormal ? normals(rows!.get, y!.get, offset!.get) : []];
  });

  const pass = (isGiven: boolean, derivatives?: "Observed" | "Complete"): Routine =>
    routine(6, (_, rows, weight, given, X, S, W) => {
      const end = endOf(rows!.get);
      const total = i32.constant(fixed.total);
      return [
        to("gate", [end, out]),
        isGiven ? to("givenShares", [end, out, given!.get]) : to("shares", [end, out]),
        to("weigh", [i32.add(values, rows!.get), values, weight!.get, total]),
        derivatives === undefined
          ? []
          : [
              to(`derive${derivatives}`, [end, out, weight!.get]),
              to(`sum${derivatives}`, [rows!.get, X!.get, S!.get, W!.get]),
            ],
      ];
    });

  const seen = routine(6, (_, rows, y, offset) => {
    const end = endOf(rows!.get);
    return [
      isNormal ? normals(rows!.get, y!.get, offset!.get) : [],
      to("gate", [end, out]),
      to("shares", [end, out]),
    ];
  });

  return {
    densities,
    seen,
    value: pass(false),
    valueGiven: pass(true),
    observed: pass(false, "Observed"),
    complete: pass(false, "Complete"),
    given: pass(true, "Complete"),
  };
}
