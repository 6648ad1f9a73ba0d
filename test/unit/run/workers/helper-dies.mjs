// As the worker of tasks, but for a thread that is to help: that one throws.
import { parentPort, workerData } from "node:worker_threads";

if (workerData.seat.own === undefined) {
  parentPort.on("message", () => {
    throw new Error("no memory is left");
  });
} else {
  await import(new URL("../../../../dist/task-worker.js", import.meta.url).href);
}
