// Draws that other software made, here two short chains in one CSV file, judged by the same rules.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyzeDraws, readDraws } from "moebius";

const wave = (chain: number, t: number) => Math.sin(12.9898 * t + 78.233 * chain) * 43758.5453;
const lines = [1, 2].flatMap((chain) =>
  Array.from({ length: 400 }, (_, t) => {
    const mu = wave(chain, t) - Math.floor(wave(chain, t));
    return `${chain},${t + 1},${mu}`;
  }),
);
const file = join(await mkdtemp(join(tmpdir(), "draws-")), "draws.csv");
await writeFile(file, [".chain,.iteration,mu", ...lines].join("\n"));

const { ok, verdict, summary } = analyzeDraws(await readDraws([file]));
console.log(ok, verdict);
for (const { name, mean, rhat, ess_bulk } of summary.variables) {
  console.log(name, mean.toFixed(3), rhat.toFixed(3), Math.round(ess_bulk));
}
