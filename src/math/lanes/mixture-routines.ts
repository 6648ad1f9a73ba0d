import { type Code, type Local, pair } from "./code.ts";
import { exponential } from "./exponential.ts";
import { type Routine, routine, type Scope } from "./module.ts";
import { entriesOfTwoRows, forRows, predictor, STRIDE } from "./rows.ts";

/**
 * A mixture of K normal regressions on p columns with a softmax gate on q columns, the last component's log weight 0;
 * `shared` where both have one matrix. Its parameters lie in memory one after another: of each component p coefficients,
 * and the constant and scale of constant − scale · residual²; then q coefficients of each log weight but the last.
 */
export interface MixtureShape {
  readonly K: number;
  readonly p: number;
  readonly q: number;
  readonly shared: boolean;
}

/** How many numbers the parameters are. */
export const parametersIn = ({ K, p, q }: MixtureShape): number => K * (p + 2) + (K - 1) * q;

/**
 * Vectors that `detailRoutine` writes, `STRIDE` bytes from one to the next: where those of a kind begin. The log weights of
 * the last component stay the zeros that they are.
 */
export const detailPlaces = (K: number) => ({
  eta: 0,
  logDensity: K,
  joint: 2 * K,
  weight: 3 * K,
  gate: 4 * K,
  jointSum: 5 * K,
  weightSum: 5 * K + 1,
  count: 5 * K + 2,
});

/** Above this a sum of weights may hold an exponential that has been cut off. */
const LARGEST_SUM = 1e280;

/** What is made of two neighbouring rows. */
function twoRows(scope: Scope, shape: MixtureShape, X: Local, W: Local, y: Local, at: Local) {
  const { K, p, q, shared } = shape;
  const x = entriesOfTwoRows(scope, p, X);
  const w = shared ? x : entriesOfTwoRows(scope, q, W);
  const response = scope.local("v128");
  const residual = scope.local("v128");
  return {
    load: [x.load, shared ? [] : w.load, response.set(pair.load(y.get))],
    eta: (k: number): Code => predictor(x.entries, at, 8 * k * (p + 2)),
    gate: (k: number): Code => predictor(w.entries, at, 8 * (K * (p + 2) + k * q)),
    /** Sets `log` to component k's log density at a linear predictor. */
    setLog(log: Local, eta: Code, k: number): Code {
      const constant = pair.loadTwice(at.get, 8 * (k * (p + 2) + p));
      const scale = pair.loadTwice(at.get, 8 * (k * (p + 2) + p + 1));
      return [
        residual.set(pair.subtract(response.get, eta)),
        log.set(
          pair.subtract(constant, pair.multiply(pair.multiply(scale, residual.get), residual.get)),
        ),
      ];
    },
  };
}

type Moved = readonly (readonly [Local, number])[];

const moved = ({ p, q, shared }: MixtureShape, X: Local, W: Local, y: Local): Moved => {
  const both: Moved = [
    [X, 16 * p],
    [y, 16],
  ];
  return shared ? both : [...both, [W, 16 * q]];
};

/**
 * (end, out, X, W, y, parameters): writes the sum of weights times densities over that of weights, row by row; NaN
 * where an exponential may have been cut off.
 */
export const ratioRoutine = (shape: MixtureShape): Routine =>
  routine(6, (scope, end, out, X, W, y, parameters) => {
    const { K } = shape;
    const rows = twoRows(scope, shape, X!, W!, y!, parameters!);
    const exp = exponential(scope);
    const log = scope.local("v128");
    const weight = scope.local("v128");
    const weights = scope.local("v128");
    const joints = scope.local("v128");
    const component = (k: number): Code => [
      rows.setLog(log, rows.eta(k), k),
      weight.set(exp(rows.gate(k))),
      weights.set(pair.add(weights.get, weight.get)),
      joints.set(pair.add(joints.get, pair.multiply(weight.get, exp(log.get)))),
    ];
    // Zero, or infinity times zero.
    const doubt = pair.multiply(
      pair.multiply(weights.get, pair.constant(Number.MAX_VALUE / LARGEST_SUM)),
      pair.constant(0),
    );
    const body = [
      rows.load,
      rows.setLog(log, rows.eta(K - 1), K - 1),
      joints.set(exp(log.get)),
      weights.set(pair.constant(1)),
      Array.from({ length: K - 1 }, (_, k) => component(k)),
      pair.store(out!.get, pair.add(pair.divide(joints.get, weights.get), doubt)),
    ];
    return [forRows(end!, body, [[out!, 16], ...moved(shape, X!, W!, y!)])];
  });

/**
 * (end, out, X, W, y, parameters): writes linear predictors, log densities, densities times weights, weights, log weights
 * and the sums of the two before, the vectors of `detailPlaces`.
 */
export const detailRoutine = (shape: MixtureShape): Routine =>
  routine(6, (scope, end, out, X, W, y, parameters) => {
    const { K } = shape;
    const rows = twoRows(scope, shape, X!, W!, y!, parameters!);
    const exp = exponential(scope);
    const eta = scope.local("v128");
    const log = scope.local("v128");
    const gate = scope.local("v128");
    const weight = scope.local("v128");
    const joint = scope.local("v128");
    const weights = scope.local("v128");
    const joints = scope.local("v128");
    const places = detailPlaces(K);
    const write = (place: number, value: Code): Code => pair.store(out!.get, value, place * STRIDE);
    const expert = (k: number): Code => [
      eta.set(rows.eta(k)),
      write(places.eta + k, eta.get),
      rows.setLog(log, eta.get, k),
      write(places.logDensity + k, log.get),
    ];
    const component = (k: number): Code => [
      expert(k),
      gate.set(rows.gate(k)),
      write(places.gate + k, gate.get),
      weight.set(exp(gate.get)),
      write(places.weight + k, weight.get),
      weights.set(pair.add(weights.get, weight.get)),
      joint.set(pair.multiply(weight.get, exp(log.get))),
      write(places.joint + k, joint.get),
      joints.set(pair.add(joints.get, joint.get)),
    ];
    const body = [
      rows.load,
      expert(K - 1),
      joints.set(exp(log.get)),
      write(places.joint + K - 1, joints.get),
      weights.set(pair.constant(1)),
      write(places.weight + K - 1, weights.get),
      Array.from({ length: K - 1 }, (_, k) => component(k)),
      write(places.jointSum, joints.get),
      write(places.weightSum, weights.get),
    ];
    return [forRows(end!, body, [[out!, 16], ...moved(shape, X!, W!, y!)])];
  });
