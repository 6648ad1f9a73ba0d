// Speaks a worker's language, its thread's number for a log-likelihood: chain 2 dies after its first block, as `model.components` says; the others end well.
import { parentPort, threadId, workerData } from "node:worker_threads";

const { stop } = workerData;
const say = (job, firstDraw, rows) => {
  const values = new Float64Array(rows * 5).fill(job.chain);
  const state = {
    theta: { rows: 1, columns: 1, data: new Float64Array(1) },
    gamma: { rows: 1, columns: 1, data: new Float64Array(1) },
    z: new Int32Array(1),
  };
  const draws = firstDraw + rows;
  const standing = { iteration: draws, draws, rng: new Int32Array(4), state };
  const checkpoint = { ...standing, acceptance: {}, seconds: draws };
  const message = { chain: job.chain, firstDraw, values, checkpoint, logLikelihood: threadId };
  parentPort.postMessage({ kind: "block", block: message }, [values.buffer]);
};
parentPort.on("message", (job) => {
  if (job === "end") return parentPort.close();
  say(job, 0, 3);
  if (job.chain === 2) {
    if (job.model.components === 1) process.exit(3);
    if (job.model.components === 2) throw new Error("out of luck");
  }
  if (job.settings.warmup === 99) while (Atomics.load(stop, 0) === 0);
  say(job, 3, 2);
  const status = Atomics.load(stop, 0) === 0 ? "complete" : "partial";
  parentPort.postMessage({ kind: "done", outcome: { chain: job.chain, status } });
});
