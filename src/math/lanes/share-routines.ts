import { type Code, type Local, pair } from "./code.ts";
import { exponential } from "./exponential.ts";
import { type Routine, routine, type Scope } from "./module.ts";
import { forRows } from "./rows.ts";

/** Where the vectors of what is kept begin, in vectors. */
export const KEPT_PLACES = {
  gate: 0,
  joint: 1,
  gateUnit: 2,
  jointUnit: 3,
  density: 4,
  logDensity: 5,
  ratio: 6,
  count: 7,
} as const;

/** The same of a share. */
export const SHARE_PLACES = { gate: 0, joint: 1, logGate: 2, count: 3 } as const;

type Write = (at: Local, value: Code) => Code;

/** Vectors that are `bytes` apart, by what they hold: of what is kept at the address `at`, and of a share at `share`. */
function placesApart(bytes: number) {
  const kept = (at: Local, place: keyof typeof KEPT_PLACES): Code =>
    pair.load(at.get, KEPT_PLACES[place] * bytes);
  const own = (share: Local, place: keyof typeof SHARE_PLACES): Code =>
    pair.load(share.get, SHARE_PLACES[place] * bytes);
  const writeGate: Write = (share, value) =>
    pair.store(share.get, value, SHARE_PLACES.gate * bytes);
  const writeJoint: Write = (share, value) =>
    pair.store(share.get, value, SHARE_PLACES.joint * bytes);
  const writeRatio: Write = (at, value) => pair.store(at.get, value, KEPT_PLACES.ratio * bytes);
  return { kept, own, writeGate, writeJoint, writeRatio };
}

type Places = ReturnType<typeof placesApart>;

/**
 * Routines on shares of a mixture's sums, vectors of which are `bytes` apart; the pairs of rows that `newborn` looks at
 * are so many from one to the next. What they do is said where it is done plainly, in `samplers/share-loops.ts`; sums go
 * to `sums`, those of even and of odd rows.
 */
export function shareRoutines(bytes: number, pairsApart: number) {
  const places = placesApart(bytes);
  return {
    exponentiate: exponentiate(places),
    exponentiateDensity: exponentiateDensity(places),
    most: most(places),
    newborn: newborn(places, pairsApart),
    ratios: ratios(places),
    add: addition,
  };
}

const eachPair = (at: Local, share: Local, apart = 1): readonly (readonly [Local, number])[] => [
  [at, 16 * apart],
  [share, 16 * apart],
];

/** Code that writes the share of a component with this log density, after which both parts are in variables. */
function shareOf(places: Places, scope: Scope, at: Local, share: Local, logDensity: Code) {
  const [eta, gate, joint] = [scope.local("v128"), scope.local("v128"), scope.local("v128")];
  const exp = exponential(scope);
  const log = pair.subtract(pair.add(eta.get, logDensity), places.kept(at, "jointUnit"));
  const code = [
    eta.set(places.own(share, "logGate")),
    gate.set(exp(pair.subtract(eta.get, places.kept(at, "gateUnit")))),
    joint.set(exp(log)),
    places.writeGate(share, gate.get),
    places.writeJoint(share, joint.get),
  ];
  return { code, gate: gate.get, joint: joint.get, both: pair.add(gate.get, joint.get) };
}

/** (end, at, share, sums). */
const exponentiate = (places: Places): Routine =>
  routine(4, (scope, end, at, share, sums) => {
    const sum = scope.local("v128");
    const written = shareOf(places, scope, at!, share!, places.own(share!, "joint"));
    return [
      forRows(
        end!,
        [written.code, sum.set(pair.add(sum.get, written.both))],
        eachPair(at!, share!),
      ),
      pair.store(sums!.get, sum.get),
    ];
  });

/** (end, at, share, sums). */
const exponentiateDensity = ({ kept, own, writeJoint }: Places): Routine =>
  routine(4, (scope, end, at, share, sums) => {
    const [sum, density] = [scope.local("v128"), scope.local("v128")];
    const exp = exponential(scope);
    const log = pair.subtract(
      pair.add(own(share!, "joint"), kept(at!, "gateUnit")),
      kept(at!, "jointUnit"),
    );
    return [
      forRows(
        end!,
        [
          density.set(exp(log)),
          writeJoint(share!, pair.multiply(own(share!, "gate"), density.get)),
          sum.set(pair.add(sum.get, density.get)),
        ],
        eachPair(at!, share!),
      ),
      pair.store(sums!.get, sum.get),
    ];
  });

/** What a row of this log density could add at most. */
const excess = ({ kept }: Places, at: Local): Code =>
  pair.larger(pair.subtract(kept(at, "logDensity"), kept(at, "density")), pair.constant(0));

/** (end, at, sums). */
const most = (places: Places): Routine =>
  routine(3, (scope, end, at, sums) => {
    const sum = scope.local("v128");
    return [
      forRows(end!, [sum.set(pair.add(sum.get, excess(places, at!)))], [[at!, 16]]),
      pair.store(sums!.get, sum.get),
    ];
  });

/** (end, at, share, sums): sums of what rows could add, then of the shares. */
const newborn = (places: Places, pairsApart: number): Routine =>
  routine(4, (scope, end, at, share, sums) => {
    const [sum, added] = [scope.local("v128"), scope.local("v128")];
    const [gate, joint] = [scope.local("v128"), scope.local("v128")];
    const written = shareOf(places, scope, at!, share!, places.kept(at!, "logDensity"));
    const above = pair.multiply(pair.add(joint.get, written.joint), gate.get);
    const below = pair.multiply(pair.add(gate.get, written.gate), joint.get);
    const body = [
      written.code,
      gate.set(places.kept(at!, "gate")),
      joint.set(places.kept(at!, "joint")),
      places.writeRatio(at!, pair.divide(above, below)),
      added.set(pair.add(added.get, excess(places, at!))),
      sum.set(pair.add(sum.get, written.both)),
    ];
    return [
      forRows(end!, body, eachPair(at!, share!, pairsApart)),
      pair.store(sums!.get, added.get),
      pair.store(sums!.get, sum.get, 16),
    ];
  });

/** (end, at, share). */
const ratios = ({ kept, own, writeRatio }: Places): Routine =>
  routine(3, (_, end, at, share) => {
    const above = pair.multiply(own(share!, "joint"), kept(at!, "gate"));
    const below = pair.multiply(own(share!, "gate"), kept(at!, "joint"));
    return [forRows(end!, [writeRatio(at!, pair.divide(above, below))], eachPair(at!, share!))];
  });

/** (end, a, b, out): out = a + b. */
const addition: Routine = routine(4, (_, end, a, b, out) => [
  forRows(
    end!,
    [pair.store(out!.get, pair.add(pair.load(a!.get), pair.load(b!.get)))],
    [...eachPair(a!, b!), [out!, 16]],
  ),
]);
