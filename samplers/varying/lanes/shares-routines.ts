import { ROW } from "../../../src/core/varying.ts";
import { type Code, type Local, pair } from "../../../src/math/lanes/code.ts";
import { exponential } from "../../../src/math/lanes/exponential.ts";
import { logarithm } from "../../../src/math/lanes/logarithm.ts";
import { type Routine, routine, type Scope } from "../../../src/math/lanes/module.ts";
import { entriesOfTwoRows, forRows } from "../../../src/math/lanes/rows.ts";
import type { Layout } from "../layout.ts";
import { placesOf } from "./places.ts";
import { read, variables, write } from "./row-routines.ts";

/** Code that writes the gate's probabilities, leaves their sum before division in `sum`, and log weights in `logs`. */
function gateOf(
  layout: Layout,
  scope: Scope,
  out: Local,
  sum: Local,
  logs: readonly Local[],
): Code {
  const places = placesOf(layout);
  const exp = exponential(scope);
  const most = scope.local("v128");
  const weights = logs.map(() => scope.local("v128"));
  const last = logs.length - 1;
  const logit = (k: number): Code => read(out, layout.gateFrom + k);
  return [
    most.set(pair.constant(0)),
    logs.slice(0, -1).map((_, k) => most.set(pair.larger(most.get, logit(k)))),
    logs.map((one, k) => [
      one.set(pair.subtract(k === last ? pair.constant(0) : logit(k), most.get)),
      weights[k]!.set(exp(one.get)),
      sum.set(k === 0 ? weights[k]!.get : pair.add(sum.get, weights[k]!.get)),
    ]),
    weights.map(({ get }, k) => write(out, places.probability + k, pair.divide(get, sum.get))),
  ];
}

/** (end, out), after the log densities: writes probabilities, responsibilities and the rows' log densities. */
export const sharesRoutine = (layout: Layout, table: number): Routine =>
  routine(2, (scope, end, out) => {
    const places = placesOf(layout);
    const log = logarithm(scope, table);
    const exp = exponential(scope);
    const [most, gate, sum] = variables(scope, 3);
    const logs = variables(scope, layout.components);
    const body = [
      gateOf(layout, scope, out!, gate!, logs),
      most!.set(pair.constant(Number.NEGATIVE_INFINITY)),
      logs.map((one, k) => [
        one.set(pair.add(one.get, read(out!, places.family(k, ROW.value)))),
        most!.set(pair.larger(most!.get, one.get)),
      ]),
      logs.map((one, k) => [
        one.set(exp(pair.subtract(one.get, most!.get))),
        sum!.set(k === 0 ? one.get : pair.add(sum!.get, one.get)),
      ]),
      logs.map(({ get }, k) => write(out!, places.responsibility + k, pair.divide(get, sum!.get))),
      write(out!, places.value, pair.add(most!.get, log(pair.divide(sum!.get, gate!.get)))),
    ];
    return [forRows(end!, body, [[out!, 16]])];
  });

/**
 * (end, out, given), after the log densities: the same where responsibilities are given, those of a row one after
 * another, and what is expected of the row by them.
 */
export const givenSharesRoutine = (layout: Layout, table: number): Routine =>
  routine(3, (scope, end, out, given) => {
    const places = placesOf(layout);
    const log = logarithm(scope, table);
    const K = layout.components;
    const [gate, sum, total] = variables(scope, 3);
    const logs = variables(scope, K);
    const shares = entriesOfTwoRows(scope, K, given!);
    const body = [
      gateOf(layout, scope, out!, gate!, logs),
      shares.load,
      sum!.set(pair.constant(0)),
      total!.set(pair.constant(0)),
      logs.map((one, k) => {
        const r = shares.entries[k]!;
        const joint = pair.add(one.get, read(out!, places.family(k, ROW.value)));
        return [
          sum!.set(pair.add(sum!.get, pair.multiply(r, joint))),
          total!.set(pair.add(total!.get, r)),
          write(out!, places.responsibility + k, r),
        ];
      }),
      write(out!, places.value, pair.subtract(sum!.get, pair.multiply(total!.get, log(gate!.get)))),
    ];
    return [
      forRows(end!, body, [
        [out!, 16],
        [given!, 16 * K],
      ]),
    ];
  });
