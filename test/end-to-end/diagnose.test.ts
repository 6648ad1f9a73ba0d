import { afterAll, describe, expect, it } from "vitest";
import { runCli, scratchFolder } from "../helpers/cli.ts";

const { write, remove } = scratchFolder();
afterAll(remove);

describe("diagnose", () => {
  it("judges draws of other software", async () => {
    const lines = [".chain,.iteration,mu"];
    for (const chain of [1, 2]) {
      for (let t = 1; t <= 200; t++) lines.push(`${chain},${t},${Math.sin(97 * t * t + chain)}`);
    }
    const { code, stdout } = await runCli([
      "diagnose",
      write("foreign.csv", `${lines.join("\n")}\n`),
      "--json",
    ]);
    const { verdict, variables } = JSON.parse(stdout);
    expect(code).toBe(verdict === "ok" ? 0 : 1);
    expect(variables[0].name).toBe("mu");
  });
});
