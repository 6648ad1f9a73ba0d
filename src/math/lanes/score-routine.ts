import { pair } from "./code.ts";
import { detailPlaces } from "./mixture-routines.ts";
import { type Routine, routine } from "./module.ts";
import { forRows, STRIDE } from "./rows.ts";

/** Vectors that `scoreRoutine` writes, `STRIDE` bytes from one to the next: where those of a kind begin. */
export const scorePlaces = (K: number) => ({ eta: 0, u: K, residual: 2 * K, count: 3 * K });

/**
 * (end, out, y, parameters, scores), after `detailRoutine` has written to out: by component, responsibility times the
 * derivatives of the log density by linear predictor and log sd, and responsibility less probability. Parameters as there.
 */
export const scoreRoutine = (K: number, p: number): Routine =>
  routine(5, (scope, end, out, y, parameters, scores) => {
    const detail = detailPlaces(K);
    const written = scorePlaces(K);
    const components = Array.from({ length: K }, (_, k) => k);
    const local = () => scope.local("v128");
    const response = local();
    const ofJoint = local();
    const ofWeight = local();
    const r = local();
    const residual = local();
    const slope = local();
    const at = (place: number) => pair.load(out!.get, place * STRIDE);
    const one = pair.constant(1);
    const component = (k: number) => {
      const scale = pair.loadTwice(parameters!.get, 8 * (k * (p + 2) + p + 1));
      const precision = pair.multiply(pair.constant(2), scale);
      const byLogSd = pair.subtract(pair.multiply(slope.get, residual.get), one);
      const probability = pair.multiply(at(detail.weight + k), ofWeight.get);
      const write = (place: number, value: ReturnType<typeof at>) =>
        pair.store(scores!.get, value, (place + k) * STRIDE);
      return [
        r.set(pair.multiply(at(detail.joint + k), ofJoint.get)),
        write(written.residual, pair.subtract(r.get, probability)),
        residual.set(pair.subtract(response.get, at(detail.eta + k))),
        slope.set(pair.multiply(precision, residual.get)),
        write(written.eta, pair.multiply(r.get, slope.get)),
        write(written.u, pair.multiply(r.get, byLogSd)),
      ];
    };
    const body = [
      response.set(pair.load(y!.get)),
      ofJoint.set(pair.divide(one, at(detail.jointSum))),
      ofWeight.set(pair.divide(one, at(detail.weightSum))),
      components.map(component),
    ];
    return [
      forRows(end!, body, [
        [out!, 16],
        [y!, 16],
        [scores!, 16],
      ]),
    ];
  });
