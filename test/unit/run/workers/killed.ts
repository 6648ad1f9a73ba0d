import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runChain } from "../../../../src/run/chain.ts";
import { sample } from "../../../../src/run/sample.ts";
import { serial } from "../../../../src/run/serial.ts";
import { smallModel, smallOptions, smallTable } from "../small.ts";

/** Runs the small model into a folder and is killed, as by kill -9, at the n-th block that was written. */
const [, , out = "", moment = ""] = process.argv;
const kill = (): void => {
  writeFileSync(join(out, "chain-1.bin"), "half a row", { flag: "a" });
  process.kill(process.pid, "SIGKILL");
};
let updates = 0;
void sample(smallModel, smallTable(), {
  ...smallOptions,
  out,
  executor: serial((job, control) => runChain(job, { ...control, blockSeconds: 0 })),
  progress: {
    start() {},
    update() {
      updates++;
      if (updates === { "1": 1, "2": 30, "3": 90 }[moment]) kill();
    },
    stop() {},
  },
});
