// Does not end when it is told to.
import { parentPort } from "node:worker_threads";

parentPort.on("message", () => {});
