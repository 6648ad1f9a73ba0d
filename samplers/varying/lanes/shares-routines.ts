import { ROW } from "../../../src/core/varying.ts";
import { type Code, type Local, pair } from "../../../src/math/lanes/code.ts";
import { exponential } from "../../../src/math/lanes/exponential.ts";
import { logarithm } from "../../../src/math/lanes/logarithm.ts";
import { type Routine, routine } from "../../../src/math/lanes/module.ts";
import { entriesOfTwoRows, forRows } from "../../../src/math/lanes/rows.ts";
import type { Layout } from "../layout.ts";
import { type Places, placesOf } from "./places.ts";
import { read, variables, write } from "./row-routines.ts";

/** (end, out), after the predictors: writes the gate's probabilities, the logs of their weights and the sum of these. */
export const gateRoutine = (layout: Layout): Routine =>
  routine(2, (scope, end, out) => {
    const places = placesOf(layout);
    const exp = exponential(scope);
    const K = layout.components;
    const [most, log, sum] = variables(scope, 3);
    const weights = variables(scope, K);
    const logit = (k: number): Code => read(out!, layout.gateFrom + k);
    const body = [
      most!.set(pair.constant(0)),
      Array.from({ length: K - 1 }, (_, k) => most!.set(pair.larger(most!.get, logit(k)))),
      weights.map((weight, k) => [
        log!.set(pair.subtract(k === K - 1 ? pair.constant(0) : logit(k), most!.get)),
        write(out!, places.logWeight + k, log!.get),
        weight.set(exp(log!.get)),
        sum!.set(k === 0 ? weight.get : pair.add(sum!.get, weight.get)),
      ]),
      write(out!, places.weightSum, sum!.get),
      weights.map(({ get }, k) => write(out!, places.probability + k, pair.divide(get, sum!.get))),
    ];
    return [forRows(end!, body, [[out!, 16]])];
  });

/** Log weight and log density of a component. */
const jointOf = (out: Local, places: Places, k: number): Code =>
  pair.add(read(out, places.logWeight + k), read(out, places.family(k, ROW.value)));

/** (end, out), after the log densities and the gate: writes responsibilities and the rows' log densities. */
export const sharesRoutine = (layout: Layout, table: number): Routine =>
  routine(2, (scope, end, out) => {
    const places = placesOf(layout);
    const log = logarithm(scope, table);
    const exp = exponential(scope);
    const [most, sum] = variables(scope, 2);
    const logs = variables(scope, layout.components);
    const body = [
      most!.set(pair.constant(Number.NEGATIVE_INFINITY)),
      logs.map((one, k) => [
        one.set(jointOf(out!, places, k)),
        most!.set(pair.larger(most!.get, one.get)),
      ]),
      logs.map((one, k) => [
        one.set(exp(pair.subtract(one.get, most!.get))),
        sum!.set(k === 0 ? one.get : pair.add(sum!.get, one.get)),
      ]),
      logs.map(({ get }, k) => write(out!, places.responsibility + k, pair.divide(get, sum!.get))),
      write(
        out!,
        places.value,
        pair.add(most!.get, log(pair.divide(sum!.get, read(out!, places.weightSum)))),
      ),
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
    const [sum, total] = variables(scope, 2);
    const shares = entriesOfTwoRows(scope, K, given!);
    const body = [
      shares.load,
      sum!.set(pair.constant(0)),
      total!.set(pair.constant(0)),
      Array.from({ length: K }, (_, k) => {
        const r = shares.entries[k]!;
        const joint = jointOf(out!, places, k);
        return [
          sum!.set(pair.add(sum!.get, pair.multiply(r, joint))),
          total!.set(pair.add(total!.get, r)),
          write(out!, places.responsibility + k, r),
        ];
      }),
      write(
        out!,
        places.value,
        pair.subtract(sum!.get, pair.multiply(total!.get, log(read(out!, places.weightSum)))),
      ),
    ];
    return [
      forRows(end!, body, [
        [out!, 16],
        [given!, 16 * K],
      ]),
    ];
  });
