import { ROW } from "../../../src/core/varying.ts";
import { type Code, type Local, pair } from "../../../src/math/lanes/code.ts";
import { exponential } from "../../../src/math/lanes/exponential.ts";
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
    logs.map((log, k) => [
      log.set(pair.subtract(k === last ? pair.constant(0) : logit(k), most.get)),
      weights[k]!.set(exp(log.get)),
      sum.set(k === 0 ? weights[k]!.get : pair.add(sum.get, weights[k]!.get)),
    ]),
    weights.map(({ get }, k) => write(out, places.probability + k, pair.divide(get, sum.get))),
  ];
}

/**
 * (end, out), after the log densities: writes probabilities and responsibilities; the row's log density is `most` and
 * the log of `ratio`.
 */
export const sharesRoutine = (layout: Layout): Routine =>
  routine(2, (scope, end, out) => {
    const places = placesOf(layout);
    const exp = exponential(scope);
    const [most, gate, sum] = variables(scope, 3);
    const logs = variables(scope, layout.components);
    const body = [
      gateOf(layout, scope, out!, gate!, logs),
      most!.set(pair.constant(Number.NEGATIVE_INFINITY)),
      logs.map((log, k) => [
        log.set(pair.add(log.get, read(out!, places.family(k, ROW.value)))),
        most!.set(pair.larger(most!.get, log.get)),
      ]),
      logs.map((log, k) => [
        log.set(exp(pair.subtract(log.get, most!.get))),
        sum!.set(k === 0 ? log.get : pair.add(sum!.get, log.get)),
      ]),
      logs.map(({ get }, k) => write(out!, places.responsibility + k, pair.divide(get, sum!.get))),
      write(out!, places.most, most!.get),
      write(out!, places.ratio, pair.divide(sum!.get, gate!.get)),
    ];
    return [forRows(end!, body, [[out!, 16]])];
  });

/**
 * (end, out, given), after the log densities: the same where responsibilities are given, those of a row one after
 * another; what is expected of the row is `most` less `total` times the log of `ratio`.
 */
export const givenSharesRoutine = (layout: Layout): Routine =>
  routine(3, (scope, end, out, given) => {
    const places = placesOf(layout);
    const K = layout.components;
    const [gate, sum, total] = variables(scope, 3);
    const logs = variables(scope, K);
    const shares = entriesOfTwoRows(scope, K, given!);
    const body = [
      gateOf(layout, scope, out!, gate!, logs),
      shares.load,
      sum!.set(pair.constant(0)),
      total!.set(pair.constant(0)),
      logs.map((log, k) => {
        const r = shares.entries[k]!;
        const joint = pair.add(log.get, read(out!, places.family(k, ROW.value)));
        return [
          sum!.set(pair.add(sum!.get, pair.multiply(r, joint))),
          total!.set(pair.add(total!.get, r)),
          write(out!, places.responsibility + k, r),
        ];
      }),
      write(out!, places.most, sum!.get),
      write(out!, places.ratio, gate!.get),
      write(out!, places.total, total!.get),
    ];
    return [
      forRows(end!, body, [
        [out!, 16],
        [given!, 16 * K],
      ]),
    ];
  });
