import { ROW } from "../../../src/core/varying.ts";
import { type Code, type Local, pair } from "../../../src/math/lanes/code.ts";
import { exponential } from "../../../src/math/lanes/exponential.ts";
import { type Routine, routine, type Scope } from "../../../src/math/lanes/module.ts";
import {
  advance,
  entriesOfTwoRows,
  forRows,
  predictor,
  STRIDE,
} from "../../../src/math/lanes/rows.ts";
import type { Layout } from "../layout.ts";
import { placesOf } from "./places.ts";

const HALF_LOG_TWO_PI = 0.9189385332046727;

export const read = (out: Local, place: number): Code => pair.load(out.get, place * STRIDE);
export const write = (out: Local, place: number, value: Code): Code =>
  pair.store(out.get, value, place * STRIDE);

/** (end, out, X, S, W, theta): writes the linear predictors. */
export const predictorsRoutine = ({ width, kind, first, hasDispersion }: Layout): Routine =>
  routine(6, (scope, end, out, X, S, W, theta) => {
    const designs = [X!, S!, W!];
    const used = designs.map((at, of) =>
      of === 1 && !hasDispersion ? undefined : entriesOfTwoRows(scope, width[of]!, at),
    );
    const body = [
      used.map((entries) => entries?.load ?? []),
      kind.map((of, p) => write(out!, p, predictor(used[of]!.entries, theta!, 8 * first[p]!))),
      hasDispersion ? advance(S!, 16 * width[1]) : [],
    ];
    return [
      forRows(end!, body, [
        [out!, 16],
        [X!, 16 * width[0]],
        [W!, 16 * width[2]],
      ]),
    ];
  });

/** (end, out, y, offset), after the predictors: normal log densities with mean eta and log sd s, and their derivatives. */
export const normalRowsRoutine = (layout: Layout): Routine =>
  routine(4, (scope, end, out, y, offset) => {
    const places = placesOf(layout);
    const exp = exponential(scope);
    const [e, scaled, square, s, precision] = variables(scope, 5);
    const { multiply, subtract, constant } = pair;
    const component = (_: unknown, k: number): Code => {
      const eta = pair.add(read(out!, 2 * k), pair.load(offset!.get));
      const put = (which: number, value: Code): Code => write(out!, places.family(k, which), value);
      return [
        s!.set(read(out!, 2 * k + 1)),
        e!.set(exp(pair.negative(s!.get))),
        scaled!.set(multiply(subtract(pair.load(y!.get), eta), e!.get)),
        square!.set(multiply(scaled!.get, scaled!.get)),
        precision!.set(multiply(e!.get, e!.get)),
        put(
          ROW.value,
          subtract(
            subtract(constant(-HALF_LOG_TWO_PI), s!.get),
            multiply(constant(0.5), square!.get),
          ),
        ),
        put(ROW.eta, multiply(scaled!.get, e!.get)),
        put(ROW.s, subtract(square!.get, constant(1))),
        put(ROW.etaEta, pair.negative(precision!.get)),
        put(ROW.etaS, multiply(multiply(constant(-2), scaled!.get), e!.get)),
        put(ROW.ss, multiply(constant(-2), square!.get)),
        put(ROW.etaInfo, precision!.get),
        put(ROW.sInfo, constant(2)),
      ];
    };
    const body = Array.from({ length: layout.components }, component);
    return [
      forRows(end!, body, [
        [out!, 16],
        [y!, 16],
        [offset!, 16],
      ]),
    ];
  });

export const variables = (scope: Scope, count: number): Local[] =>
  Array.from({ length: count }, () => scope.local("v128"));
