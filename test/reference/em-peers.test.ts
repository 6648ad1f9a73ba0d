import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromFormula, maximize, readTable } from "../../src/index.ts";

/** One data set and model, and the highest log-likelihood of other programs. */
interface Fit {
  readonly file: string;
  readonly experts: string;
  readonly gate: string | null;
  readonly components: number;
  readonly flexmix: number;
  readonly mixtools?: number;
}

const { fits }: { readonly fits: readonly Fit[] } = JSON.parse(
  readFileSync("test/reference/em-peers.json", "utf8"),
);
/** They stop at a relative gain of 1e-10, and print ten digits. */
const slack = (value: number): number => 1e-7 * (1 + Math.abs(value));

describe("the highest regular maximum is at least that of flexmix and mixtools", () => {
  it.each(fits.map((fit) => [`${fit.file}, ${fit.experts} | ${fit.gate ?? "1"}`, fit] as const))(
    "%s",
    async (_, { file, experts, gate, components, flexmix, mixtools = flexmix }) => {
      const table = await readTable(`test/reference/${file}`);
      const formula = gate === null ? experts : `${experts} | ${gate.replace("~", "")}`;
      const { summary } = await maximize(fromFormula({ formula, components }), table, {
        workers: 1,
      });
      const best = summary.logLikelihood;
      for (const theirs of [flexmix, mixtools]) {
        expect(best).toBeGreaterThan(theirs - slack(theirs));
      }
    },
  );
});
