import { mkdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { badInputs, type Place } from "../helpers/bad-inputs.ts";
import { exampleCsv, listing, runCli, scratchFolder } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const place: Place = path;
const quick = ["--chains", "2", "--warmup", "50", "--draws", "50", "--workers", "1"];
const linear = ["--formula", "y ~ x + group | x", "--components", "2", ...quick];

beforeAll(async () => {
  const csv = exampleCsv(40);
  write("data.csv", csv);
  write("other.csv", exampleCsv(41));
  write("missing.csv", csv.replace("-1,", "NA,"));
  write("empty.csv", "");
  write("header.csv", "x,y\n");
  write("ragged.csv", "x,y\n1,2\n3\n");
  write("twice.csv", "x,x\n1,2\n");
  write("infinite.csv", "x,y\n1,2\ninf,3\n");
  write("binary.csv", Uint8Array.of(0, 1, 2, 255));
  write("all-missing.csv", "x,y\nNA,1\n2,NA\n");
  write("unseen.csv", "x,group\n0,a\n0.5,d\n");
  write("no-x.csv", "group\na\n");
  write("hole.csv", "x,group\nNA,a\n");
  write("text-x.csv", "x,group\nlow,a\n");
  write("not.json", "{ y ~ x }");
  write("list.json", "[1, 2]");
  write("stray.json", '{ "experts": { "kind": "normal-inverse-gamma" }, "gates": 1 }');
  write("kind.json", '{ "gate": { "kind": "norml", "mean": 0, "sd": 1 } }');
  write("negative.json", '{ "gate": { "kind": "normal", "mean": 0, "sd": -2 } }');
  write("dirichlet.json", '{ "gate": { "kind": "dirichlet", "concentration": 1 } }');
  write("no-gate.json", '{ "experts": { "family": "gaussian", "formula": "y ~ x" } }');
  write("damaged.json", '{ "experts": { "family": "gaussian" }, "gate": {}, "components": 2 }');
  write("baseline.json", '{ "gate": { "kind": "normal", "sd": 2, "baseline": "last" } }');
  write(
    "no-mass.json",
    JSON.stringify({
      experts: { family: "gaussian", formula: "y ~ x" },
      gate: { kind: "constant" },
      components: { kind: "poisson", rate: 1, max: 0 },
    }),
  );
  write("draws.csv", "a,b\n1,2\n");
  mkdirSync(path("full"));
  write("full/notes.txt", "mine");
  mkdirSync(path("hollow"));
  mkdirSync(path("newer"));
  write("newer/run.json", '{ "program": "moebius", "format": 99 }');
  mkdirSync(path("foreign"));
  write("foreign/run.json", '{ "program": "other" }');
  const fitted = await runCli(["fit", path("data.csv"), ...linear, "--out", path("run")]);
  expect(fitted.code, fitted.stderr).toBeLessThan(2);
}, 60_000);

afterAll(remove);

describe("what cannot be used", () => {
  it("is known in at least forty forms", () => {
    expect(badInputs(place).length).toBeGreaterThanOrEqual(40);
  });

  it.each(badInputs(place))("is refused: $name", async ({ argv, says }) => {
    const before = listing(path());
    const { code, stdout, stderr } = await runCli(argv);
    for (const words of says) expect(stderr).toContain(words);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^moebius: .+\n$/);
    expect(stderr).not.toMatch(/^\s*at /m);
    expect(listing(path())).toEqual(before);
  });
});
