import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { logProgress } from "../../../src/run/log-progress.ts";
import { type ChainProgress, inWords, silent } from "../../../src/run/progress.ts";
import { createBoard } from "../../../src/run/progress-board.ts";
import { terminalProgress } from "../../../src/run/terminal-progress.ts";
import { collect, toySettings } from "./toy.ts";

const chain = (more: Partial<ChainProgress> = {}): ChainProgress => ({
  chain: 1,
  phase: "sampling",
  iteration: 50,
  iterations: 67,
  draws: 14,
  rate: 123.456,
  secondsLeft: 64.2,
  logLikelihood: -101.26,
  ...more,
});

describe("progress in words", () => {
  it("has rate, time left and log-likelihood, as far as they are known", () => {
    expect(inWords(chain())).toBe("123/s, 1m 5s left, logLik -101.3");
    expect(inWords(chain({ secondsLeft: 7300, rate: 2500 }))).toMatch(/^2500\/s, 2h 1m left/);
    expect(inWords(chain({ secondsLeft: 0.4 }))).toContain(" 1s left");
    const unknown = { rate: Number.NaN, secondsLeft: Number.NaN, logLikelihood: Number.NaN };
    expect(inWords(chain({ rate: 4.25 }))).toMatch(/^4.3\/s/);
    expect(inWords(chain(unknown))).toBe("");
  });
});

describe("the progress log", () => {
  it("writes a line a chain every few seconds, and one when a chain ends", () => {
    let time = 0;
    const lines: string[] = [];
    const log = logProgress((line) => void lines.push(line), { everySeconds: 5, now: () => time });
    log.start(toySettings);
    log.update([chain(), chain({ chain: 2, phase: "waiting" })]);
    time = 5;
    log.update([chain(), chain({ chain: 2, phase: "waiting" })]);
    log.update([chain()]);
    log.update([chain({ phase: "failed" }), chain({ chain: 2, phase: "warmup", iteration: 3 })]);
    time = 10;
    log.update([chain({ phase: "failed" }), chain({ chain: 2, phase: "warmup", iteration: 3 })]);
    log.stop();
    expect(lines.map((line) => line.split(", ").slice(0, 2).join(", "))).toEqual([
      "sampling 2 chains of 67 iterations, seed 5",
      "chain 1: sampling, iteration 50 of 67",
      "chain 1: failed, iteration 50 of 67",
      "chain 2: warmup, iteration 3 of 67",
    ]);
  });
});

describe("the progress board", () => {
  it("follows blocks and outcomes", () => {
    const board = createBoard(toySettings, [undefined, undefined]);
    expect(board.chains().map(({ phase }) => phase)).toEqual(["waiting", "waiting"]);
    const { blocks, outcome } = collect({ chain: 2, settings: toySettings }, { every: 2 });
    board.block(blocks[0]!);
    expect(board.chains()[1]).toMatchObject({ phase: "warmup", iterations: 67, draws: 0 });
    board.block(blocks.at(-1)!);
    const { iteration, seconds } = blocks.at(-1)!.checkpoint;
    const last = board.chains()[1]!;
    expect(last).toMatchObject({ phase: "sampling", iteration: 67, draws: 20, secondsLeft: 0 });
    expect(last.rate).toBeCloseTo(iteration / seconds, 10);
    board.outcome(outcome);
    expect(board.chains().map(({ phase }) => phase)).toEqual(["waiting", "complete"]);
  });

  it("counts the rate from where this session began", () => {
    const { blocks } = collect({ chain: 1, settings: toySettings }, { every: 30 });
    const [first, second] = blocks.map(({ checkpoint }) => checkpoint);
    const board = createBoard(toySettings, [first, blocks.at(-1)!.checkpoint]);
    board.block({ ...blocks[1]!, checkpoint: { ...second!, seconds: first!.seconds + 2 } });
    const [running, complete] = board.chains();
    expect(running!.rate).toBe((second!.iteration - first!.iteration) / 2);
    expect(complete!.phase).toBe("complete");
  });
});

describe("the terminal's progress", () => {
  it("draws a bar a chain on the stream it is given, and nothing elsewhere", async () => {
    let written = "";
    const stream = new Writable({
      write(chunk, _, done) {
        written += String(chunk);
        done();
      },
    });
    const progress = await terminalProgress(Object.assign(stream, { isTTY: true }));
    progress.start(toySettings);
    progress.update([chain(), chain({ chain: 2, phase: "warmup", iteration: 0 })]);
    progress.stop();
    expect(written).toMatch(/chain 1 .*sampling 50\/67.*logLik -101\.3/s);
    expect(written).toMatch(/chain 2 .*warmup {3}0\/67/s);
  });

  it("can be silent", () => {
    const progress = silent();
    progress.start(toySettings);
    progress.update([]);
    progress.stop();
  });
});
