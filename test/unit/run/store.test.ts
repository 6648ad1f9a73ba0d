import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Table } from "../../../src/core/data.ts";
import { DataError, UsageError } from "../../../src/core/errors.ts";
import { sha256Of } from "../../../src/run/fingerprint.ts";
import { openRun, recordVerdict } from "../../../src/run/open-run.ts";
import type { RunRecord } from "../../../src/run/run-record.ts";
import { createRunFolder, openRunFolder } from "../../../src/run/store.ts";
import { collect, drawsOf, toySettings, toyVariables } from "./toy.ts";

const base = mkdtempSync(join(tmpdir(), "moebius-store-"));
afterAll(() => rmSync(base, { recursive: true }));

const table: Table = {
  rows: 3,
  columns: new Map([
    ["y", { kind: "numeric", values: Float64Array.from([1e-310, -0, 1 / 3]) }],
    [
      'a, "b"',
      { kind: "factor", levels: ["z", "unused", " 1"], codes: Int32Array.from([0, 2, 0]) },
    ],
    ["dose", { kind: "factor", levels: ["10", "9"], codes: Int32Array.from([1, 0, 0]) }],
  ]),
};

const record: RunRecord = {
  program: "moebius",
  format: 1,
  version: "1.2.3",
  created: "2026-01-02T03:04:05.678Z",
  status: "running",
  seconds: 1.5,
  model: {
    experts: { family: "gaussian", formula: "y ~ dose" },
    gate: { kind: "constant" },
    components: 2,
  },
  settings: toySettings,
  data: { source: "a.csv", rows: 3, dropped: 1, sha256: sha256Of(table) },
  factors: { 'a, "b"': ["z", "unused", " 1"], dose: ["10", "9"] },
  variables: toyVariables,
  chains: [1, 2].map((chain) => ({
    chain,
    start: "toy",
    status: "partial",
    draws: 0,
    seconds: 0,
    acceptance: {},
  })),
};

let made = 0;
const fresh = () => join(base, `run-${made++}`);

/** A folder whose first chain has two blocks and whose second has none. */
function halfRun() {
  const out = fresh();
  const folder = createRunFolder(out, record, table);
  const { blocks } = collect({ chain: 1, settings: toySettings }, { every: 35, stopAt: 40 });
  for (const block of blocks) folder.append(block);
  return { out, blocks };
}

describe("a run folder", () => {
  it("gives back the record, the data with their levels, and the draws", () => {
    const { out, blocks } = halfRun();
    expect(blocks.length).toBeGreaterThan(1);
    const opened = openRun(out);
    expect(opened.record).toEqual(record);
    expect(opened.table).toEqual(table);
    expect(opened.status).toBe("partial");
    const [draws] = opened.run.draws.chains;
    expect(opened.run.draws.chains).toHaveLength(1);
    expect([...draws!.values]).toEqual(drawsOf(blocks));
    const { acceptance, draws: count } = blocks.at(-1)!.checkpoint;
    expect(opened.run.chains[0]).toMatchObject({ status: "partial", draws: count, acceptance });
    expect(opened.run.chains[1]).toEqual(record.chains[1]);
  });

  it("keeps a verdict, and changes nothing else for it", () => {
    const { out } = halfRun();
    recordVerdict(out, { ok: false });
    expect(openRun(out).record).toEqual({ ...record, verdict: { ok: false } });
  });

  it("is read while its data are still to be put in place", () => {
    const { out } = halfRun();
    const data = readFileSync(join(out, "data.csv"));
    rmSync(join(out, "data.csv"));
    writeFileSync(join(out, "data.csv.tmp"), data);
    expect(openRun(out).table).toEqual(table);
  });

  it("is made in an empty folder, also one that a killed process left", () => {
    const out = fresh();
    mkdirSync(out);
    writeFileSync(join(out, "run.json.tmp"), "{");
    writeFileSync(join(out, "data.csv.tmp"), "y");
    createRunFolder(out, record, table);
    expect(openRun(out).record).toEqual(record);
  });

  it("is made with the folders above it, or refused at once where none can be made", () => {
    const out = join(fresh(), "deep", "er");
    createRunFolder(out, record, table);
    expect(openRun(out).record).toEqual(record);
    const impossible = process.platform === "linux" ? "/proc/none/run" : join(out, "run.json", "x");
    expect(() => createRunFolder(impossible, record, table)).toThrow(UsageError);
    expect(() => createRunFolder(impossible, record, table)).toThrow(/must be/);
  });

  it("does not touch a folder with anything else in it, nor a run unless told to", () => {
    const foreign = fresh();
    mkdirSync(foreign);
    writeFileSync(join(foreign, "data.csv"), "mine");
    expect(() => createRunFolder(foreign, record, table)).toThrow(
      /must be new or empty; .* holds data.csv;/,
    );
    expect(() => createRunFolder(foreign, record, table, true)).toThrow(UsageError);
    writeFileSync(join(foreign, "run.json"), '{"program": "another"}');
    expect(() => createRunFolder(foreign, record, table, true)).toThrow(DataError);
    expect(readFileSync(join(foreign, "data.csv"), "utf8")).toBe("mine");
    expect(() => createRunFolder(join(foreign, "data.csv"), record, table)).toThrow(/is a file/);
    expect(() => createRunFolder(join(foreign, "data.csv", "x"), record, table)).toThrow(
      UsageError,
    );

    const { out } = halfRun();
    expect(() => createRunFolder(out, record, table)).toThrow(/must not hold a run already/);
    expect(openRun(out).run.draws.chains).toHaveLength(1);
    createRunFolder(out, record, table, true);
    expect(openRun(out).run.draws.chains).toHaveLength(0);
  });
});

describe("a run folder that is damaged", () => {
  const damaged = (name: string, change: (text: string) => string) => {
    const { out } = halfRun();
    const path = join(out, name);
    writeFileSync(path, change(readFileSync(path, "utf8")));
    return () => openRun(out);
  };

  it.each([
    [
      "run.json",
      (s: string) => s.slice(0, s.length / 2),
      /run.json must be the record .* not a JSON/,
    ],
    ["run.json", () => "", /not a JSON object/],
    ["run.json", () => "[1]", /run.json must be the record of a moebius run/],
    ["run.json", () => '{"program":"x"}', /its "program" is "x"/],
    [
      "run.json",
      (s: string) => s.replace('"format": 1', '"format": 2'),
      /it is of format 2; update/,
    ],
    ["run.json", (s: string) => s.replace('"seed": 5', '"seed": "5"'), /settings.seed: /],
    ["run.json", (s: string) => s.replace('"constant"', '"constent"'), /its model: .*kind/],
    ["data.csv", (s: string) => s.replace("0.333", "0.334"), /data that the run has seen; it was/],
    ["data.csv", () => "", /data.csv must have a header/],
    [
      "chain-1.checkpoint.json",
      (s: string) => s.slice(1),
      /must be the checkpoint of a chain; it is/,
    ],
  ])("says that %s is wrong (%#)", (name, change, message) => {
    const open = damaged(name, change);
    expect(open).toThrow(DataError);
    expect(open).toThrow(message);
  });

  it("says that draws are missing", () => {
    const { out, blocks } = halfRun();
    const { draws } = blocks.at(-1)!.checkpoint;
    truncateSync(join(out, "chain-1.bin"), draws * toyVariables.length * 8 - 1);
    expect(() => openRun(out)).toThrow(new RegExp(`chain-1.bin must hold ${draws} draws`));
    rmSync(join(out, "chain-1.bin"));
    expect(() => openRun(out)).toThrow(/chain-1.bin must hold/);
    rmSync(join(out, "data.csv"));
    expect(() => openRun(out)).toThrow(/data.csv must hold the data of the run; there is no such/);
  });

  it("says that there is no run", () => {
    expect(() => openRun(join(base, "nowhere"))).toThrow(UsageError);
    expect(() => openRun(base)).toThrow(/must be a run folder; there is no run.json in it/);
    const { out } = halfRun();
    expect(() => openRunFolder(join(out, "run.json"))).toThrow(/must be a run folder/);
  });
});

describe("the fingerprint of data", () => {
  const columns = [...table.columns];

  it("does not depend on the order of the columns", () => {
    const reversed = { rows: 3, columns: new Map(columns.toReversed()) };
    expect(sha256Of(reversed)).toBe(record.data.sha256);
  });

  it("changes with any name, value, kind or level", () => {
    const [y, text, dose] = columns;
    const numbers = Float64Array.from([9, 10, 10]);
    const others = [
      [["Y", y![1]], text, dose],
      [y, text],
      [["y", { kind: "numeric", values: Float64Array.from([1e-310, 0, 1 / 3]) }], text, dose],
      [y, text, ["dose", { kind: "numeric", values: numbers }]],
      [y, text, ["dose", { kind: "factor", levels: ["9", "10"], codes: Int32Array.of(1, 0, 0) }]],
    ] as [string, (typeof columns)[0][1]][][];
    const hashes = others.map((list) => sha256Of({ rows: 3, columns: new Map(list) }));
    expect(new Set([record.data.sha256, ...hashes]).size).toBe(6);
  });
});
