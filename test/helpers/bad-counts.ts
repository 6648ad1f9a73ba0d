import type { BadInput, Place } from "./bad-inputs.ts";

const bad = (name: string, argv: readonly string[], ...says: string[]): BadInput => ({
  name,
  argv,
  says,
});

/** Priors on the number of components that make no sense. */
export function badCounts(at: Place): BadInput[] {
  const explain = (components: string, ...more: string[]) => {
    const model = ["--formula", "y ~ x | x", "--components", components, ...more];
    return ["explain", at("data.csv"), ...model];
  };
  const sampling = (components: string, sampler: string) => {
    const model = ["--formula", "y ~ x | x", "--components", components];
    return ["fit", at("data.csv"), ...model, "--sampler", sampler, "--chains", "1", "--draws", "2"];
  };
  const atMost = (components: string, max: string) => explain(components, "--max-components", max);
  return [
    bad("an unknown prior on K", explain("poison(1)"), "--components", 'did you mean "poisson"?'),
    bad("a word for a number", explain("many"), "whole number ≥ 1 or a prior such as", '"many"'),
    bad("too many parameters", explain("poisson(1,2)"), "1 number (rate)", "got 2"),
    bad("too few parameters", explain("bnb(1,4)"), "3 numbers (shape, a, b)", "bnb(1,4,3)"),
    bad("a parameter that is no number", explain("poisson(x)"), "must be numbers", '"x"'),
    bad("a negative rate", explain("poisson(-1)"), "`rate`", "got -1"),
    bad("bounds the wrong way round", explain("uniform(8,1)"), "`lower` ≤ `upper`"),
    bad("a prior without mass", explain("weights(0,0)"), "at least one number > 0"),
    bad("no components at all", atMost("poisson(1)", "0"), "--max-components must be", 'got "0"'),
    bad("a thousand and one", atMost("poisson(1)", "1001"), "from 1 to 1000", "got 1001"),
    bad("a bound on a number", atMost("2", "6"), "--max-components must come with a prior", "2"),
    bad("two bounds", atMost("uniform(1,8)", "6"), "`max` equal to `upper`"),
    bad("a bound on nothing", ["fit", at("data.csv"), "--max-components", "6"], "--formula"),
    bad("mfm without a prior on K", sampling("2", "mfm"), "mfm needs a prior", "poisson(1)"),
    bad(
      "reversible jump without one",
      sampling("2", "reversible-jump"),
      "poisson(1)",
      "or use gibbs",
    ),
    bad("gibbs with one", sampling("poisson(1)", "gibbs"), "Use auto, reversible-jump or mfm"),
    bad(
      "a start for a fixed number beside a prior on K",
      [...sampling("poisson(1)", "auto"), "--start", "kmeans"],
      "--start must be one or more of fewest, most, middle, prior",
    ),
    bad(
      "a baseline beside a prior on K",
      explain("poisson(1)", "--prior", at("baseline.json")),
      "baseline",
    ),
    bad(
      "a model without mass",
      ["explain", at("data.csv"), "--model", at("no-mass.json")],
      "components.max",
    ),
  ];
}
