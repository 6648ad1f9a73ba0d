import { describe, expect, test } from "vitest";
import { check } from "../../../diagnostics/check.ts";
import { summarize } from "../../../diagnostics/summarize.ts";
import { verdictSentence } from "../../../src/analysis/verdict.ts";
import type { Draws } from "../../../src/core/draws.ts";
import { codes, drawsOf, ITERATIONS, message } from "../../helpers/findings.ts";

describe("draws that agree", () => {
  test("are ok, foreign ones and constant variables too", () => {
    const draws = drawsOf(["a", "K"], (name, _c, _t, value) => (name === "K" ? 3 : value));
    expect(check({ draws })).toEqual({ verdict: "ok", findings: [] });
  });
});

describe("chains that disagree", () => {
  const draws = drawsOf(["log_likelihood", "a"], (name, chain, _t, value) => {
    if (name === "log_likelihood") return value - (chain === 3 ? 40 : 20);
    return chain === 3 ? value + 9 : value;
  });

  test("are a problem that names the worst variables, the odd chain and its log-likelihood", () => {
    expect(check({ draws }).verdict).toBe("problems");
    const text = message({ draws }, "chains-disagree");
    expect(text).toMatch(
      /^Chains disagree: R-hat is [\d.]+ > 1\.01 for (log_likelihood, a|a, log_)/,
    );
    expect(text).toMatch(
      /chain 3 sits elsewhere \(mean log_likelihood -(39\.9|40)\S*, the others -/,
    );
  });

  test("in two pairs have no odd one", () => {
    const pairs = drawsOf(["a"], (_n, chain, _t, value) => value + (chain > 2 ? 9 : 0));
    expect(message({ draws: pairs }, "chains-disagree")).not.toContain("elsewhere");
    expect(message({ draws: pairs }, "chains-disagree")).toMatch(
      /; mean a by chain: -?0\.\d+, -?0\.\d+, (8\.9|9\.0)\d*, (8\.9|9\.0)\d*; /,
    );
  });

  test("in two pairs of unlike height are listed by log-likelihood, and told what helps", () => {
    const pairs = drawsOf(["log_likelihood"], (_n, chain, _t, value) =>
      chain % 2 ? value - 540 : value - 468,
    );
    const text = message({ draws: pairs }, "chains-disagree");
    expect(text).toMatch(
      /mean log-likelihood by chain: -5(39|40)\.\d+, -46[78]\.\d+, -5(39|40)\.\d+, -46[78]\.\d+;/,
    );
    expect(text).toMatch(/try other seeds, another start \(--start em\), a longer warm-up/);
    const [summary] = summarize(pairs);
    expect(summary!.ess_bulk).toBeLessThan(400);
    expect(message({ draws: pairs }, "low-ess")).toMatch(
      /more draws do not help chains that are stuck in different places: make them agree first\.$/,
    );
    expect(message({ draws: pairs }, "low-ess")).not.toContain("times as many");
  });

  test("by less than an sd have no odd one, whatever R-hat says", () => {
    const near = drawsOf(["log_likelihood", "a"], (name, chain, _t, value) =>
      name === "a" && chain === 4 ? value + 0.6 : value,
    );
    const text = message({ draws: near }, "chains-disagree");
    expect(text).toContain("for a; the draws do not represent the posterior; run longer");
  });

  test("quote the variable in which the odd one is apart", () => {
    const apart = drawsOf(["log_likelihood", "a"], (name, chain, _t, value) =>
      name === "a" && chain === 4 ? value + 5 : value,
    );
    expect(message({ draws: apart }, "chains-disagree")).toMatch(
      /chain 4 sits elsewhere \(mean a (4\.9|5\.0)\d*, the others -?0\.\d+\)/,
    );
  });

  test("only in spread have no odd one by its mean", () => {
    const wide = drawsOf(["a"], (_n, chain, _t, value) => (chain === 4 ? 6 * value : value));
    expect(message({ draws: wide }, "chains-disagree")).not.toMatch(/elsewhere|by chain/);
  });

  test("are judged by the given variables alone", () => {
    const variables = summarize(drawsOf(["a"]));
    expect(codes({ draws, variables })).toEqual([]);
  });

  test("that each stand still at another value are found", () => {
    const stuck = drawsOf(["a"], (_n, chain) => chain);
    expect(codes({ draws: stuck })).toContain("chains-disagree");
  });
});

describe("one chain", () => {
  const one = (change: (t: number, value: number) => number): Draws => {
    const { variables, chains } = drawsOf(["a"], (_n, _c, t, value) => change(t, value));
    return { variables, chains: chains.slice(0, 1) };
  };

  test("is noted, since it cannot agree with others", () => {
    const { verdict, findings } = check({ draws: one((_t, value) => value) });
    expect(verdict).toBe("ok");
    expect(findings).toEqual([
      {
        code: "one-chain",
        severity: "note",
        message: "One chain cannot show that chains agree: it may have missed a mode; run four.",
      },
    ]);
    expect(verdictSentence(findings)).not.toContain("the chains agree");
    expect(verdictSentence([])).toContain("the chains agree");
  });

  test("that moves half-way disagrees with itself, not with others", () => {
    const draws = one((t, value) => value + (t < ITERATIONS / 2 ? 0 : 9));
    expect(message({ draws }, "chains-disagree")).toMatch(/^The halves of the chain disagree: R-/);
  });
});

describe("few effective draws", () => {
  test("are a problem that says how many times as many are needed", () => {
    let last = 0;
    const draws = drawsOf(["a"], (_n, _c, _t, value) => {
      last = 0.95 * last + value;
      return last;
    });
    const [summary] = summarize(draws);
    const smallest = Math.min(summary!.ess_bulk, summary!.ess_tail);
    expect(smallest).toBeLessThan(400);
    expect(message({ draws }, "low-ess")).toContain(
      `draw about ${Math.ceil(400 / smallest)} times as many`,
    );
  });

  test("too few to judge are a problem of their own", () => {
    const chains = [{ chain: 1, iterations: 3, values: Float64Array.of(1, 2, 3) }];
    expect(codes({ draws: { variables: ["a"], chains } })).toEqual(["too-few-draws"]);
    expect(codes({ draws: { variables: ["a"], chains: [] } })).toEqual(["too-few-draws"]);
  });

  test("NaN draws are a problem, not silence", () => {
    const draws = drawsOf(["a"], (_n, chain, t, value) => (chain === 2 && t === 5 ? NaN : value));
    expect(codes({ draws })).toEqual(["not-finite"]);
  });
});
