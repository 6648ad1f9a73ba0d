import { type Draws, equalLengths, variable } from "../../src/core/draws.ts";
import { mean, variance } from "../../src/math/moments.ts";
import { rhat } from "../rhat.ts";
import { WORST_RHAT } from "./limits.ts";
import { toScale } from "./wording.ts";

/** Without the odd chain, at most so much of the excess of R-hat over 1 remains. */
const EXCESS_LEFT = 0.2;
/** The mean of an odd chain differs from the others' by more than so many sds within chains. */
const CLEAR_SHIFT = 1;
/** Means of chains that lie further apart than so many sds within chains are listed. */
const CLEAR_SPLIT = 3;

/** Where the chains are in one variable: their means, and the sd within them. */
interface Places {
  readonly name: string;
  readonly means: readonly number[];
  readonly sd: number;
}

/**
 * What is known of where chains are that disagree in a variable: the chain without which the others
 * agree, or else the means of all where these differ clearly; "" where neither can be said.
 */
export function chainPlaces(draws: Draws, name: string): string {
  const even = equalLengths(draws);
  const telling = even.variables.includes("log_likelihood") ? ["log_likelihood", name] : [name];
  const places = [...new Set(telling)].map((each) => placesOf(even, each));
  return oddChain(even, name, places) || meansByChain(places);
}

function placesOf(even: Draws, name: string): Places {
  const chains = variable(even, name);
  const within = Float64Array.from(chains, variance);
  return { name, means: chains.map(mean), sd: Math.sqrt(mean(within)) };
}

/** Names the chain without which the others agree, if its mean differs clearly from theirs. */
function oddChain(even: Draws, name: string, places: readonly Places[]): string {
  const chains = variable(even, name);
  if (chains.length < 3) return "";
  const excess = rhat.compute(chains) - 1;
  const without = chains.map((_, c) => rhat.compute(chains.filter((_, other) => other !== c)) - 1);
  const odd = without.reduce((best, value, c) => (value < without[best]! ? c : best), 0);
  const allowed = Math.max(EXCESS_LEFT * excess, WORST_RHAT - 1);
  if (!(without[odd]! <= allowed)) return "";
  const others = ({ means }: Places): number =>
    mean(Float64Array.from(means.filter((_, c) => c !== odd)));
  const shown = places.find(
    (place) => Math.abs(place.means[odd]! - others(place)) > CLEAR_SHIFT * place.sd,
  );
  if (shown === undefined) return "";
  const { means, sd } = shown;
  return (
    `chain ${even.chains[odd]!.chain} sits elsewhere (mean ${shown.name} ` +
    `${toScale(means[odd]!, sd)}, the others ${toScale(others(shown), sd)})`
  );
}

/** The means of a variable, chain by chain, in the first of these whose means lie far apart. */
function meansByChain(places: readonly Places[]): string {
  const split = places.find(
    ({ means, sd }) => Math.max(...means) - Math.min(...means) > CLEAR_SPLIT * sd,
  );
  if (split === undefined) return "";
  const { name, means, sd } = split;
  const quantity = name === "log_likelihood" ? "log-likelihood" : name;
  return `mean ${quantity} by chain: ${means.map((value) => toScale(value, sd)).join(", ")}`;
}
