import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUILT, chainFiles, exampleCsv, scratchFolder, spawnCli } from "../helpers/cli.ts";

const { path, write, remove } = scratchFolder();
const MODEL = ["--formula", "y ~ x | x", "--components", "2"];

beforeAll(() => {
  write("data.csv", exampleCsv(40));
});

afterAll(remove);

/** Says at the end of a process what CPU time it took, in microseconds, whatever else the machine did. */
const TELL =
  "data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();" +
  "process.stderr.write(String(user+system))})";

/** CPU seconds of the thriftiest of a few runs of Node. */
function cpuSeconds(...argv: string[]): number {
  const runs = Array.from({ length: 5 }, () =>
    spawnSync(process.execPath, ["--import", TELL, ...argv], { encoding: "utf8" }),
  );
  return Math.min(...runs.map(({ stderr }) => Number(stderr))) / 1e6;
}

describe("the shipped command line", () => {
  it("prints its version and help, help at 150 ms of CPU time more than Node", async () => {
    const { code, stdout } = await spawnCli(["--version"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const bare = cpuSeconds("-e", "");
    expect(bare).toBeGreaterThan(0);
    expect(cpuSeconds(BUILT, "--help") - bare).toBeLessThan(0.15);
  });

  it("ends bad usage with exit code 2 and one line", async () => {
    const { code, stdout, stderr } = await spawnCli(["fit", path("nowhere.csv"), ...MODEL]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^moebius: .*nowhere.csv must be a readable CSV file.*\n$/);
  });

  it("shows where an error arose only with MOEBIUS_DEBUG=1", async () => {
    const debug = await spawnCli(["summary", path()], { env: { MOEBIUS_DEBUG: "1" } });
    expect(debug.stderr).toMatch(/^\s+at /m);
    expect(debug.code).toBe(2);
  });

  it("puts the report below runs/ where no folder is named, never over another", async () => {
    const brief = ["--chains", "2", "--warmup", "20", "--draws", "30", "--quiet", "--report"];
    mkdirSync(path("runs", "data"), { recursive: true });
    const { code } = await spawnCli(["fit", "data.csv", ...MODEL, ...brief], { cwd: path() });
    expect(code).toBeLessThan(2);
    expect(readdirSync(path("runs")).sort()).toEqual(["data", "data-2"]);
    expect(readdirSync(path("runs", "data"))).toEqual([]);
    expect(readdirSync(path("runs", "data-2"))).toContain("report.html");
  });

  it("does not mind a reader that goes away", () => {
    const line = `"${process.execPath}" "${BUILT}" fit --help | head -n 1; echo "$?"`;
    const shown = execFileSync("bash", ["-c", `set -o pipefail; ${line}`], { stdio: "pipe" });
    expect(shown.toString()).toBe("Usage: moebius fit [options] <data.csv>\n0\n");
  });
});

describe("Ctrl-C", () => {
  const fitting = (out: string) => {
    const settings = ["--chains", "3", "--workers", "2", "--warmup", "200", "--draws", "1000"];
    return ["fit", path("data.csv"), ...MODEL, ...settings, "--out", path(out)];
  };

  /** Presses it as soon as a chain has drawn something. */
  function interruptOnceDrawn(folder: string) {
    let watch: NodeJS.Timeout | undefined;
    return (kill: (signal: NodeJS.Signals) => void): void => {
      watch ??= setInterval(() => {
        const sizes = drawSizes(folder);
        if (!sizes.some((size) => size > 0)) return;
        clearInterval(watch);
        kill("SIGINT");
      }, 5);
    };
  }

  function drawSizes(folder: string): number[] {
    const names = readdirSync(folder).filter((name) => name.endsWith(".bin"));
    return names.map((name) => statSync(join(folder, name)).size);
  }

  it("keeps what was drawn, says so, and --resume gives the draws of an uninterrupted run", async () => {
    mkdirSync(path("stopped"));
    const stopped = await spawnCli([...fitting("stopped"), "--json"], {
      onStderr: interruptOnceDrawn(path("stopped")),
    });
    expect(stopped.signal).toBeNull();
    expect(stopped.code, stopped.stderr).toBe(1);
    expect(stopped.stderr).toContain("stopping; what was drawn is kept");
    const { problems } = JSON.parse(stopped.stdout);
    expect(problems.map(({ code }: { code: string }) => code)).toContain("partial-run");
    const record = JSON.parse(readFileSync(path("stopped", "run.json"), "utf8"));
    expect(record.status).toBe("partial");
    const resumed = await spawnCli([...fitting("stopped"), "--resume", "--quiet"]);
    expect(resumed.code).toBeLessThan(2);
    const whole = await spawnCli([...fitting("whole"), "--quiet"]);
    expect(whole.code).toBe(resumed.code);
    expect(chainFiles(path("stopped"))).toEqual(chainFiles(path("whole")));
    expect(resumed.stdout).toBe(whole.stdout);
  });
});
