import type { ModelTerms } from "./terms.ts";

/** How a factor appears in a term: all its levels, or all but the first. */
export type Coding = "full" | "contrast";

/**
 * The coding of every variable in every term, by R's rule: a factor is coded by contrasts where what is
 * left of the term without it is part of an earlier term (or is the intercept), else in full.
 * Without an intercept the first factor met is coded in full. `isFactor` is by variable.
 */
export function codings(
  { terms, intercept }: ModelTerms,
  isFactor: readonly boolean[],
): Coding[][] {
  const out = terms.map((term, index) =>
    term.map((variable): Coding => {
      const margin = term.filter((other) => other !== variable);
      const earlier = terms.slice(0, index);
      const covered =
        margin.length === 0 || earlier.some((t) => margin.every((part) => t.includes(part)));
      return covered ? "contrast" : "full";
    }),
  );
  if (!intercept) {
    const first = terms.findIndex((term) => term.some((variable) => isFactor[variable]));
    if (first >= 0) out[first]![terms[first]!.findIndex((variable) => isFactor[variable])] = "full";
  }
  return out;
}
