import { describe, expect, it } from "vitest";
import { runCli } from "../helpers/cli.ts";

const COMMANDS = [
  ...["fit", "em", "explain", "summary", "diagnose", "select", "grid", "stepwise", "varying"],
  ...["report", "compare", "gof", "predict", "simulate", "experiment", "plan", "task", "gather"],
];

describe("help", () => {
  it("lists every command, and of each its options", async () => {
    const { code, stdout } = await runCli(["--help"]);
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name]) => name!);
    expect(names).toEqual(COMMANDS);
    for (const name of names) {
      const help = await runCli([name, "--help"]);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain("--json");
      expect(help.stdout).toContain("--quiet");
    }
  });

  it("comes on stderr with exit code 2 where no command is named", async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: moebius");
  });
});

describe("a bug of ours", () => {
  it("is said to be one, in one line and with an exit code of its own", async () => {
    const { code, stderr } = await runCli(["--version"], undefined, () => {
      throw new Error("the ink\nis dry");
    });
    expect(code).toBe(70);
    expect(stderr).toMatch(/^moebius: this is a bug in moebius: the ink is dry; .+\n$/);
  });
});
