import { ROW } from "../../../src/core/varying.ts";
import { type Code, type Local, pair } from "../../../src/math/lanes/code.ts";
import { type Routine, routine, type Scope } from "../../../src/math/lanes/module.ts";
import { forRows } from "../../../src/math/lanes/rows.ts";
import type { Layout } from "../layout.ts";
import { placesOf } from "./places.ts";
import { read, variables, write } from "./row-routines.ts";

const { multiply, subtract, add, negative } = pair;
const one = pair.constant(1);

/**
 * (end, out, weight), after the shares: writes the slopes and bends of `rowDerivatives`, times the weight; for "complete"
 * only bends of one expert and of the gate.
 */
export const derivativesRoutine = (layout: Layout, isObserved: boolean): Routine =>
  routine(3, (scope, end, out, weight) => {
    const { components: K, hasDispersion } = layout;
    const rows = twoRows(scope, layout, out!);
    const step = hasDispersion ? 2 : 1;
    const ofComponent = (_: unknown, k: number): Code => [
      isObserved ? observedExpert(rows, layout, k) : completeExpert(rows, layout, k),
      k < K - 1 ? ofGate(rows, layout, k, isObserved) : [],
      isObserved
        ? Array.from({ length: step }, (__, j) => between(rows, layout, k, k * step + j))
        : [],
    ];
    const body = [rows.load(weight!), Array.from({ length: K }, ofComponent)];
    return [
      forRows(end!, body, [
        [out!, 16],
        [weight!, 16],
      ]),
    ];
  });

type Rows = ReturnType<typeof twoRows>;

/** What is read and written of two neighbouring rows. */
function twoRows(scope: Scope, layout: Layout, out: Local) {
  const { components: K, hasDispersion } = layout;
  const places = placesOf(layout);
  const r = variables(scope, K);
  const p = variables(scope, K);
  const slopes = variables(scope, hasDispersion ? 2 * K : K);
  const [weight, scratch] = variables(scope, 2) as [Local, Local];
  const weighted = (place: number, value: Code): Code =>
    write(out, place, multiply(weight.get, value));
  return {
    /** By component: with the response, and without. */
    responsibility: r.map(({ get }) => get),
    probability: p.map(({ get }) => get),
    /** By predictor of the experts, kept from `setExpertSlope` on. */
    slopes: slopes.map(({ get }) => get),
    scratch,
    load: (from: Local): Code => [
      weight.set(pair.load(from.get)),
      r.map((share, k) => share.set(read(out, places.responsibility + k))),
      p.map((share, k) => share.set(read(out, places.probability + k))),
    ],
    family: (k: number, which: number): Code => read(out, places.family(k, which)),
    setSlope: (a: number, value: Code): Code => weighted(places.slope + a, value),
    setBend: (a: number, b: number, value: Code): Code => weighted(places.bend(a, b), value),
    setExpertSlope: (a: number, value: Code): Code => [
      slopes[a]!.set(value),
      weighted(places.slope + a, slopes[a]!.get),
    ],
  };
}

function completeExpert(rows: Rows, { hasDispersion }: Layout, k: number): Code {
  const share = rows.responsibility[k]!;
  const of = (which: number): Code => multiply(share, rows.family(k, which));
  const a = hasDispersion ? 2 * k : k;
  const eta = [rows.setExpertSlope(a, of(ROW.eta)), rows.setBend(a, a, of(ROW.etaInfo))];
  if (!hasDispersion) return eta;
  const b = a + 1;
  return [eta, rows.setExpertSlope(b, of(ROW.s)), rows.setBend(b, b, of(ROW.sInfo))];
}

function observedExpert(rows: Rows, { hasDispersion }: Layout, k: number): Code {
  const share = rows.responsibility[k]!;
  const spread = rows.scratch;
  const of = (which: number): Code => rows.family(k, which);
  const bend = (curvature: number, by: number, and: number): Code =>
    subtract(
      multiply(negative(share), of(curvature)),
      multiply(multiply(spread.get, of(by)), of(and)),
    );
  const a = hasDispersion ? 2 * k : k;
  const eta = [
    spread.set(multiply(share, subtract(one, share))),
    rows.setExpertSlope(a, multiply(share, of(ROW.eta))),
    rows.setBend(a, a, bend(ROW.etaEta, ROW.eta, ROW.eta)),
  ];
  if (!hasDispersion) return eta;
  const b = a + 1;
  return [
    eta,
    rows.setExpertSlope(b, multiply(share, of(ROW.s))),
    rows.setBend(b, a, bend(ROW.etaS, ROW.eta, ROW.s)),
    rows.setBend(b, b, bend(ROW.ss, ROW.s, ROW.s)),
  ];
}

function ofGate(rows: Rows, { gateFrom }: Layout, k: number, isObserved: boolean): Code {
  const { responsibility: r, probability: p } = rows;
  const a = gateFrom + k;
  const own = multiply(p[k]!, subtract(one, p[k]!));
  const missed = multiply(r[k]!, subtract(one, r[k]!));
  const other = (l: number): Code => {
    const prior = multiply(negative(p[k]!), p[l]!);
    return isObserved ? add(prior, multiply(r[k]!, r[l]!)) : prior;
  };
  return [
    rows.setSlope(a, subtract(r[k]!, p[k]!)),
    Array.from({ length: k }, (_, l) => rows.setBend(a, gateFrom + l, other(l))),
    rows.setBend(a, a, isObserved ? subtract(own, missed) : own),
  ];
}

/** Between predictor a, of component k's expert, and other experts' and the gate's. */
function between(
  rows: Rows,
  { components: K, hasDispersion, gateFrom }: Layout,
  k: number,
  a: number,
): Code {
  const { responsibility: r, scratch: other } = rows;
  const slope = rows.slopes[a]!;
  const toExpert = (_: unknown, l: number): Code => {
    const b = hasDispersion ? 2 * l : l;
    const to = (which: number): Code => multiply(other.get, rows.family(l, which));
    return [
      other.set(multiply(slope, r[l]!)),
      rows.setBend(a, b, to(ROW.eta)),
      hasDispersion ? rows.setBend(a, b + 1, to(ROW.s)) : [],
    ];
  };
  const toGate = (_: unknown, j: number): Code =>
    rows.setBend(gateFrom + j, a, multiply(slope, j === k ? subtract(r[j]!, one) : r[j]!));
  return [Array.from({ length: k }, toExpert), Array.from({ length: K - 1 }, toGate)];
}
