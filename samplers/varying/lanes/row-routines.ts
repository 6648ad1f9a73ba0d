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

/**
 * (end, from, to, y, offset), of one component: from its predictors, mean eta without the offset and then log sd s, what a
 * normal family says of rows, in the order of `ROW`.
 */
export const normalRowsRoutine = (): Routine =>
  routine(5, (scope, end, from, to, y, offset) => {
    const exp = exponential(scope);
    const [e, scaled, square, s, precision] = variables(scope, 5);
    const { multiply, subtract, constant } = pair;
    const eta = pair.add(read(from!, 0), pair.load(offset!.get));
    const put = (which: number, value: Code): Code => write(to!, which, value);
    const level = subtract(constant(-HALF_LOG_TWO_PI), s!.get);
    const body = [
      s!.set(read(from!, 1)),
      e!.set(exp(pair.negative(s!.get))),
      scaled!.set(multiply(subtract(pair.load(y!.get), eta), e!.get)),
      square!.set(multiply(scaled!.get, scaled!.get)),
      precision!.set(multiply(e!.get, e!.get)),
      put(ROW.value, subtract(level, multiply(constant(0.5), square!.get))),
      put(ROW.eta, multiply(scaled!.get, e!.get)),
      put(ROW.s, subtract(square!.get, constant(1))),
      put(ROW.etaEta, pair.negative(precision!.get)),
      put(ROW.etaS, multiply(multiply(constant(-2), scaled!.get), e!.get)),
      put(ROW.ss, multiply(constant(-2), square!.get)),
      put(ROW.etaInfo, precision!.get),
      put(ROW.sInfo, constant(2)),
    ];
    const moved = [from!, to!, y!, offset!].map((address) => [address, 16] as const);
    return [forRows(end!, body, moved)];
  });

export const variables = (scope: Scope, count: number): Local[] =>
  Array.from({ length: count }, () => scope.local("v128"));
