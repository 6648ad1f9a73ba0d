import { describe, expect, test } from "vitest";
import { check } from "../../../diagnostics/check.ts";
import { exactFits } from "../../../diagnostics/findings/degenerate-expert.ts";
import { summarize } from "../../../diagnostics/summarize.ts";
import { verdictSentence } from "../../../src/analysis/verdict.ts";
import type { Draws } from "../../../src/core/draws.ts";
import type { ChainReport } from "../../../src/core/run.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { regressionTargets } from "../../helpers/labelled-draws.ts";

const ITERATIONS = 400;

/** Four chains of independent normal draws; `change` may rewrite a draw. */
function drawsOf(
  names: readonly string[],
  change: (name: string, chain: number, t: number, value: number) => number = (_n, _c, _t, v) => v,
): Draws {
  const chains = [1, 2, 3, 4].map((chain) => {
    const rng = createRng(11, chain);
    const values = new Float64Array(ITERATIONS * names.length);
    for (let t = 0; t < ITERATIONS; t++) {
      names.forEach((name, j) => {
        values[t * names.length + j] = change(name, chain, t, normal(rng));
      });
    }
    return { chain, iterations: ITERATIONS, values };
  });
  return { variables: names, chains };
}

const codes = (input: Parameters<typeof check>[0]) => check(input).findings.map(({ code }) => code);
const message = (input: Parameters<typeof check>[0], code: string) =>
  check(input).findings.find((finding) => finding.code === code)?.message ?? "";

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

  test("a chain that is cut short does not cut the others, and is named", () => {
    const whole = drawsOf(["a"], (_n, chain, _t, value) => (chain === 2 ? 9 : value));
    const cut = whole.chains.map((chain, c) =>
      c === 1 ? { ...chain, iterations: 5, values: chain.values.subarray(0, 5) } : chain,
    );
    const draws = { variables: whole.variables, chains: cut };
    expect(codes({ draws })).toEqual(["partial-run"]);
    expect(message({ draws }, "partial-run")).toMatch(
      /^Chains differ in length: chain 1 \(400 draws\).*half the draws of the longest: chain 2;/,
    );
    const three = { ...draws, chains: whole.chains.filter((_, c) => c !== 1) };
    expect(summarize(draws)).toEqual(summarize(three));
  });

  test("NaN draws are a problem, not silence", () => {
    const draws = drawsOf(["a"], (_n, chain, t, value) => (chain === 2 && t === 5 ? NaN : value));
    expect(codes({ draws })).toEqual(["not-finite"]);
  });
});

describe("experts", () => {
  const filled = (share: number) =>
    drawsOf(["K", "K_filled"], (name, _c, t) =>
      name === "K_filled" && (t * 7) % ITERATIONS < share * ITERATIONS ? 1 : 2,
    );

  test("that are empty with probability 0.05 or more are a problem", () => {
    const judged = { variables: [] };
    expect(codes({ draws: filled(0.05), ...judged })).toEqual(["empty-expert"]);
    expect(codes({ draws: filled(0.0475), ...judged })).toEqual([]);
  });

  test("whose sd is below a thousandth of the response's are degenerate", () => {
    const draws = drawsOf(["sd_sorted[1]"], (_n, _c, _t, value) => 0.01 * (1 + 0.01 * value));
    expect(codes({ draws, closeness: { responseSd: 11 } })).toEqual(["degenerate-expert"]);
    expect(codes({ draws, closeness: { responseSd: 9 } })).toEqual([]);
  });

  test("with most rows on an exact line are degenerate, and the points are counted", () => {
    const rng = createRng(2);
    const x = Float64Array.from({ length: 60 }, () => uniform(rng));
    const y = x.map((value, i) => (i < 20 ? 3 * value + 1 : 10 + normal(rng)));
    y[0] = 1.7;
    const { target } = regressionTargets({ x, y }, 2);
    const responsibility = matrix(2, 60);
    for (let i = 0; i < 60; i++) responsibility.data[(i < 20 ? 0 : 1) * 60 + i] = 1;
    const exact = exactFits(target, y, responsibility);
    expect(exact).toEqual([
      { exact: 19, rows: 20, free: 2 },
      { exact: 2, rows: 40, free: 2 },
    ]);
    const input = { draws: drawsOf(["a"]), closeness: { responseSd: 1, exact } };
    expect(message(input, "degenerate-expert")).toContain("19 of an expert's 20 rows lie exactly");
  });
});

describe("prior and data", () => {
  const prior = { a: Float64Array.from({ length: 1000 }, (_, i) => i + 0.5) };
  const at = (centre: number) => drawsOf(["a"], (_n, _c, _t, value) => centre + 0.01 * value);

  test("conflict where the posterior median is in the outer half percent of the prior", () => {
    expect(codes({ draws: at(4), prior })).toEqual(["prior-data-conflict"]);
    expect(codes({ draws: at(6), prior })).toEqual([]);
    expect(codes({ draws: at(994), prior })).toEqual([]);
    expect(message({ draws: at(996), prior }, "prior-data-conflict")).toContain(
      "lies above all but 0.4 % of the prior",
    );
    expect(message({ draws: at(4), prior }, "prior-data-conflict")).toContain("lies below all but");
  });

  test("are not compared by fewer than 1000 prior draws", () => {
    expect(codes({ draws: at(4), prior: { a: prior.a.slice(0, 999) } })).toEqual([]);
  });
});

describe("how the run went", () => {
  const report = (chain: number, status: ChainReport["status"], error?: string): ChainReport => ({
    chain,
    start: "em",
    status,
    draws: 1,
    seconds: 1,
    acceptance: {},
    ...(error === undefined ? {} : { error }),
  });
  const draws = drawsOf(["a"]);

  test("names the chains that stopped or failed, with the seed and the error", () => {
    const chains = [
      report(1, "complete"),
      report(2, "partial"),
      report(3, "failed", "log density is NaN"),
    ];
    expect(codes({ draws, chains, seed: 7 })).toEqual(["chain-failed", "partial-run"]);
    expect(message({ draws, chains, seed: 7 }, "chain-failed")).toContain(
      "Chain 3 of seed 7 failed after 1 draw: log density is NaN;",
    );
    expect(message({ draws, chains }, "partial-run")).toContain("chain 2 (1 draw)");
    expect(message({ draws, chains }, "partial-run")).toMatch(
      /continue it with --resume if it is kept in a folder, else run it again\.$/,
    );
  });

  test("names chains whose moves serve far worse than warm-up promised, unless few were tried", () => {
    const moved = (chain: number, accepted: number, proposed = 1000): ChainReport => ({
      ...report(chain, "complete"),
      acceptance: { independence: { proposed, accepted } },
      moves: [{ move: "independence", used: true, expected: 0.8, words: "used" }],
    });
    const fine = [moved(1, 700), moved(2, 410), moved(3, 1, 50)];
    expect(codes({ draws, chains: fine })).toEqual([]);
    const chains = [...fine, moved(4, 390)];
    expect(codes({ draws, chains })).toEqual(["moves-off-pilot"]);
    expect(message({ draws, chains }, "moves-off-pilot")).toContain(
      "chain 4 (independence: 0.39 of 0.8)",
    );
  });

  test("names the chains that are too short to be judged, failed ones aside", () => {
    const lengths = [100, 50, 49, 0];
    const chains = lengths.map((n, c) => ({ ...report(c + 1, "partial"), draws: n }));
    const failed = { ...report(5, "failed", "NaN"), draws: 1000 };
    expect(message({ draws, chains: [...chains, failed] }, "partial-run")).toContain(
      "; left out, with fewer than half the draws of the longest: chain 3, chain 4;",
    );
  });

  test("dropped rows are a note: the verdict stays ok", () => {
    const result = check({ draws, data: { rows: 97, dropped: 3 } });
    expect(result.verdict).toBe("ok");
    expect(result.findings[0]).toMatchObject({ code: "dropped-rows", severity: "note" });
    expect(result.findings[0]!.message).toBe(
      "3 rows of 100 were left out because a value was missing; conclusions are about the other 97.",
    );
    expect(message({ draws, data: { rows: 299, dropped: 1 } }, "dropped-rows")).toBe(
      "1 row of 300 was left out because a value was missing; conclusions are about the other 299.",
    );
    expect(codes({ draws, data: { rows: 97, dropped: 0 } })).toEqual([]);
  });
});

describe("relabelling and leave-one-out", () => {
  const draws = drawsOf(["a"]);

  test("a refusal is a problem in its own words, a large loss a note", () => {
    const refused = "Component means are not reported: relabelling loss 0.41 > 0.20.";
    const relabelling = { loss: 0.41, refused };
    expect(message({ draws, relabelling }, "relabelling-refused")).toBe(
      `${refused} Trust the label-invariant variables and predictions, or fit fewer experts.`,
    );
    const apart = drawsOf(["a"], (_n, chain, _t, value) => value + 9 * chain);
    expect(message({ draws: apart, relabelling }, "relabelling-refused")).toBe(
      `${refused} Make the chains agree first; predictions are averages over them, too.`,
    );
    expect(check({ draws, relabelling: { loss: 0.2 } })).toMatchObject({
      verdict: "ok",
      findings: [{ code: "relabelling-loss", severity: "note" }],
    });
    expect(codes({ draws, relabelling: { loss: 0.09 } })).toEqual([]);
  });

  test("rows with a large Pareto k-hat are counted and the worst is named", () => {
    const loo = { badK: 2, kThreshold: 0.7, paretoK: Float64Array.of(0.1, 0.8, 1.25, 0.2) };
    expect(message({ draws, loo }, "high-pareto-k")).toContain(
      "exceeds 0.7 for 2 of 4 rows (largest 1.25, row 3)",
    );
  });

  test("problems come before notes", () => {
    const loo = { badK: 1, kThreshold: 0.7, paretoK: Float64Array.of(0.9) };
    const data = { rows: 1, dropped: 1 };
    expect(codes({ draws, loo, data })).toEqual(["high-pareto-k", "dropped-rows"]);
  });
});
