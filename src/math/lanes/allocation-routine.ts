import { bits, pair } from "./code.ts";
import { detailPlaces } from "./mixture-routines.ts";
import { type Routine, routine } from "./module.ts";
import { forRows, STRIDE } from "./rows.ts";

/**
 * (end, out, uniform, place, sums), after `detailRoutine` has written to out: the component in which uniform · joint sum
 * falls, by row. Adds to pairs of sums, of even and of odd rows: K of the components' probabilities, then K − 1 of
 * probability times log weight.
 */
export const allocationRoutine = (K: number): Routine =>
  routine(5, (scope, end, out, uniform, place, sums) => {
    const places = detailPlaces(K);
    const components = Array.from({ length: K }, (_, k) => k);
    const means = components.map(() => scope.local("v128"));
    const local = () => scope.local("v128");
    const [left, count, inverse, probability] = [local(), local(), local(), local()];
    const entropies = components.slice(0, -1).map(() => scope.local("v128"));
    const at = (place: number) => pair.load(out!.get, place * STRIDE);
    const zero = pair.constant(0);
    const one = pair.constant(1);
    const past = components
      .slice(0, -1)
      .map((k) => [
        left.set(pair.subtract(left.get, at(places.joint + k))),
        count.set(pair.add(count.get, bits.and(pair.above(left.get, zero), one))),
      ]);
    const shares = components.map((k) => [
      probability.set(pair.multiply(at(places.weight + k), inverse.get)),
      means[k]!.set(pair.add(means[k]!.get, probability.get)),
      k === K - 1
        ? []
        : entropies[k]!.set(
            pair.add(entropies[k]!.get, pair.multiply(probability.get, at(places.gate + k))),
          ),
    ]);
    const kept = [...means, ...entropies];
    return [
      kept.map((sum, k) => sum.set(pair.load(sums!.get, 16 * k))),
      forRows(
        end!,
        [
          left.set(pair.multiply(pair.load(uniform!.get), at(places.jointSum))),
          count.set(zero),
          past,
          pair.store(place!.get, count.get),
          inverse.set(pair.divide(one, at(places.weightSum))),
          shares,
        ],
        [
          [out!, 16],
          [uniform!, 16],
          [place!, 16],
        ],
      ),
      kept.map((sum, k) => pair.store(sums!.get, sum.get, 16 * k)),
    ];
  });
