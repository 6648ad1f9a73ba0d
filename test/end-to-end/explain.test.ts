import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../helpers/cli.ts";
import { exampleFit, MODEL } from "../helpers/example-fit.ts";

const { path, remove } = exampleFit();
afterAll(remove);

describe("explain", () => {
  it("says rows, terms, priors with every default, and updates", async () => {
    const { code, stdout } = await runCli(["explain", path("data.csv"), ...MODEL]);
    expect(code).toBe(0);
    for (const words of ["40 rows", "groupb", "inverse-gamma(shape ", "laplace, polya-gamma"]) {
      expect(stdout).toContain(words);
    }
  });
});
