import { describe, expect, test } from "vitest";
import { check } from "../../../diagnostics/check.ts";
import { summarize } from "../../../diagnostics/summarize.ts";
import type { ChainReport } from "../../../src/core/run.ts";
import { codes, drawsOf, message } from "../../helpers/findings.ts";

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
});
