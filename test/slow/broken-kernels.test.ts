import { describe, expect, it } from "vitest";
import {
  CONJUGATE,
  GATE_SD,
  kernelOf,
  SOFTMAX,
  testByGeweke,
  testBySbc,
} from "../helpers/gibbs-cases.ts";
import { designRows, tinyResponse, tinyTarget } from "../helpers/tiny-targets.ts";
import { laplaceByHand, polyaGammaByHand } from "../statistical/broken-kernels/gate-by-hand.ts";
import { inflatedSd, updatedAs } from "../statistical/broken-kernels/wrong-variance.ts";

const POWER = 15;
const tiny = { experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 8 };

/** Mistakes that the ordinary suite is too small to be sure of. */
describe("Geweke's test at high power", () => {
  it("rejects an expert's sd drawn half a percent too large", () => {
    const target = tinyTarget(tiny);
    const kernel = kernelOf(inflatedSd(target, 1.005), tiny);
    const { rejected, report } = testByGeweke(target, kernel, tiny, POWER);
    expect(rejected, report).toBe(true);
  });

  it("rejects experts updated with a tenth of a degree of freedom too many", () => {
    const y = tinyResponse(tiny.rows);
    const target = tinyTarget(tiny, y);
    const experts = { ...CONJUGATE, shape: CONJUGATE.shape + 0.05 };
    const kernel = kernelOf(updatedAs(target, tinyTarget({ ...tiny, experts }, y)), tiny);
    const { rejected, report } = testByGeweke(target, kernel, tiny, POWER);
    expect(rejected, report).toBe(true);
  });

  it("rejects a Laplace-t proposal that depends on the current row", () => {
    const target = tinyTarget(tiny);
    const setting = { W: designRows(tiny.rows), sd: GATE_SD };
    const kernel = kernelOf(laplaceByHand(target, setting, "start"), tiny);
    const { rejected, report } = testByGeweke(target, kernel, tiny, POWER);
    expect(rejected, report).toBe(true);
  });
});

it("simulation-based calibration rejects a Pólya-Gamma gate without its offset", () => {
  const target = tinyTarget(tiny);
  const setting = { W: designRows(tiny.rows), sd: GATE_SD };
  const kernel = kernelOf(polyaGammaByHand(target, setting, false), tiny);
  const { rejected, report } = testBySbc(target, kernel);
  expect(rejected, report).toBe(true);
});
