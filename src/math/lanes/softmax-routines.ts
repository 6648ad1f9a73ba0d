import { type Code, type Local, pair } from "./code.ts";
import { exponential } from "./exponential.ts";
import { type Routine, routine, type Scope } from "./module.ts";
import { entriesOfTwoRows, forRows, predictor, STRIDE } from "./rows.ts";

/** Half of a + b + |a − b|: within rounding the larger, as `approximateMaxima` in `blocks.ts` has it. */
export const largerOf = (a: Code, b: Code): Code =>
  pair.multiply(pair.constant(0.5), pair.add(pair.add(a, b), pair.absolute(pair.subtract(a, b))));

/** Code that sets `most` to the largest of some numbers within rounding, the first of them first. */
export const setToLargest = (most: Local, numbers: readonly Code[]): Code =>
  numbers.map((one, k) => most.set(k === 0 ? one : largerOf(one, most.get)));

const componentsOf = (K: number): readonly number[] => Array.from({ length: K }, (_, k) => k);

const variables = (scope: Scope, count: number): Local[] =>
  Array.from({ length: count }, () => scope.local("v128"));

/**
 * (end, joint, W, gamma, weight, sum, inverse): for each row up to where joint reaches `end`, linear predictors less the
 * largest of them into joint, their exponentials into weight, the sum of these and its inverse.
 */
export const weightsRoutine = (K: number, q: number): Routine =>
  routine(7, (scope, end, joint, W, gamma, weight, sum, inverse) => {
    const x = entriesOfTwoRows(scope, q, W!);
    const linear = variables(scope, K);
    const [most, total, one] = variables(scope, 3);
    const exp = exponential(scope);
    const ks = componentsOf(K);
    return [
      forRows(
        end!,
        [
          x.load,
          ...ks.map((k) => linear[k]!.set(predictor(x.entries, gamma!, 8 * k * q))),
          setToLargest(
            most!,
            linear.map(({ get }) => get),
          ),
          ...ks.flatMap((k) => [
            linear[k]!.set(pair.subtract(linear[k]!.get, most!.get)),
            pair.store(joint!.get, linear[k]!.get, k * STRIDE),
            one!.set(exp(linear[k]!.get)),
            pair.store(weight!.get, one!.get, k * STRIDE),
            total!.set(k === 0 ? one!.get : pair.add(total!.get, one!.get)),
          ]),
          pair.store(sum!.get, total!.get),
          pair.store(inverse!.get, pair.divide(pair.constant(1), total!.get)),
        ],
        [
          [joint!, 16],
          [W!, 16 * q],
          [weight!, 16],
          [sum!, 16],
          [inverse!, 16],
        ],
      ),
    ];
  });

/**
 * (end, total, inverse, share, weight, scaled, residual), for the first K − 1 components: weight becomes a probability p,
 * scaled is total · p, and residual the share less that.
 */
export const scoresRoutine = (K: number): Routine =>
  routine(7, (scope, end, total, inverse, share, weight, scaled, residual) => {
    const [probability, part] = variables(scope, 2);
    return [
      forRows(
        end!,
        componentsOf(K - 1).flatMap((k) => {
          const at = k * STRIDE;
          return [
            probability!.set(pair.multiply(pair.load(weight!.get, at), pair.load(inverse!.get))),
            part!.set(pair.multiply(pair.load(total!.get), probability!.get)),
            pair.store(weight!.get, probability!.get, at),
            pair.store(scaled!.get, part!.get, at),
            pair.store(residual!.get, pair.subtract(pair.load(share!.get, at), part!.get), at),
          ];
        }),
        [total!, inverse!, share!, weight!, scaled!, residual!].map((at) => [at, 16] as const),
      ),
    ];
  });

/** (end, scaled, p, out): scaled · (1 − p), or where `own` is false −(scaled · p). */
export const curvatureRoutine = (own: boolean): Routine =>
  routine(4, (_, end, scaled, p, out) => {
    const both = pair.load(p!.get);
    const value = own
      ? pair.multiply(pair.load(scaled!.get), pair.subtract(pair.constant(1), both))
      : pair.negative(pair.multiply(pair.load(scaled!.get), both));
    return [
      forRows(
        end!,
        [pair.store(out!.get, value)],
        [scaled!, p!, out!].map((at) => [at, 16] as const),
      ),
    ];
  });
