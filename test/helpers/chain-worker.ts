/** A browser's worker that runs the chains of a list of jobs and answers with their draws. */
import { runChain } from "../../src/run/chain.ts";
import type { Job } from "../../src/run/job.ts";

interface WorkerScope {
  onmessage: (event: { readonly data: readonly Job[] }) => void;
  postMessage(answer: unknown): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = ({ data: jobs }) => {
  const control = { now: () => 0, shouldStop: () => false, blockSeconds: 1 };
  scope.postMessage(
    jobs.map((job) => [...runChain(job, control)].flatMap(({ values }) => [...values])),
  );
};
