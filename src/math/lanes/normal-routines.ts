import { type Code, pair } from "./code.ts";
import { exponential } from "./exponential.ts";
import { type Routine, routine } from "./module.ts";
import { entriesOfTwoRows, forRows, predictor, STRIDE } from "./rows.ts";
import { setToLargest } from "./softmax-routines.ts";

/**
 * (end, joint, X, y, parameters, residual): for each of K components y less the linear predictor into residual, and
 * constant − scale · residual² added to joint. Parameters of a component: p coefficients, constant, scale.
 */
export const normalRoutine = (K: number, p: number): Routine =>
  routine(6, (scope, end, joint, X, y, parameters, residual) => {
    const x = entriesOfTwoRows(scope, p, X!);
    const response = scope.local("v128");
    const r = scope.local("v128");
    const ofComponent = (k: number): Code[] => {
      const first = 8 * k * (p + 2);
      const constant = pair.loadTwice(parameters!.get, first + 8 * p);
      const scale = pair.loadTwice(parameters!.get, first + 8 * (p + 1));
      const log = pair.subtract(constant, pair.multiply(pair.multiply(scale, r.get), r.get));
      return [
        r.set(pair.subtract(response.get, predictor(x.entries, parameters!, first))),
        pair.store(residual!.get, r.get, k * STRIDE),
        pair.store(joint!.get, pair.add(pair.load(joint!.get, k * STRIDE), log), k * STRIDE),
      ];
    };
    return [
      forRows(
        end!,
        [
          x.load,
          response.set(pair.load(y!.get)),
          ...Array.from({ length: K }, (_, k) => ofComponent(k)).flat(),
        ],
        [
          [joint!, 16],
          [X!, 16 * p],
          [y!, 16],
          [residual!, 16],
        ],
      ),
    ];
  });

/**
 * (end, joint, total, maximum): the K logs in joint become shares that add up to 1, total the sum of their exponentials
 * over what it was, both up to the maximum.
 */
export const sharesRoutine = (K: number): Routine =>
  routine(4, (scope, end, joint, total, maximum) => {
    const logs = Array.from({ length: K }, () => scope.local("v128"));
    const most = scope.local("v128");
    const sum = scope.local("v128");
    const exp = exponential(scope);
    return [
      forRows(
        end!,
        [
          ...logs.map((log, k) => log.set(pair.load(joint!.get, k * STRIDE))),
          setToLargest(
            most,
            logs.map(({ get }) => get),
          ),
          pair.store(maximum!.get, most.get),
          ...logs.flatMap((log, k) => [
            log.set(exp(pair.subtract(log.get, most.get))),
            sum.set(k === 0 ? log.get : pair.add(sum.get, log.get)),
          ]),
          pair.store(total!.get, pair.divide(sum.get, pair.load(total!.get))),
          sum.set(pair.divide(pair.constant(1), sum.get)),
          ...logs.map((log, k) =>
            pair.store(joint!.get, pair.multiply(log.get, sum.get), k * STRIDE),
          ),
        ],
        [
          [joint!, 16],
          [total!, 16],
          [maximum!, 16],
        ],
      ),
    ];
  });
