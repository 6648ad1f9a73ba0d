import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderHtml } from "../../src/report/html.ts";
import { buildReport } from "../../src/report/report.ts";
import { launchChromium } from "../helpers/browser.ts";
import { fakeReportInput, longNamedReportInput } from "../helpers/fake-report-input.ts";
import {
  background,
  contrasts,
  drawings,
  embedded,
  letterSizes,
  linked,
  sideways,
  tops,
} from "../helpers/in-page.js";

const DESKTOP = { width: 1200, height: 900 };
const PHONE = { width: 375, height: 800 };
/** The least contrast of text that WCAG 2 asks for at level AA. */
const READABLE = 4.5;

let browser: Browser;
let folder: string;
let url: string;
const complaints: string[] = [];
const requests: string[] = [];

let light: Page;
let dark: Page;
let phone: Page;

async function open(options: BrowserContextOptions, address = url): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(address);
  return page;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "moebius-report-"));
  const file = join(folder, "report.html");
  writeFileSync(file, await renderHtml(buildReport(fakeReportInput), { verdict: "</script>" }));
  url = pathToFileURL(file).href;
  browser = await launchChromium();
  light = await open({ viewport: DESKTOP, colorScheme: "light" });
  dark = await open({ viewport: DESKTOP, colorScheme: "dark" });
  phone = await open({ viewport: PHONE, colorScheme: "light" });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the report in Chromium", () => {
  it("opens from disk without a complaint and asks the network for nothing", () => {
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url, url, url]);
  });

  it.each([
    ["desktop", DESKTOP.width],
    ["phone", PHONE.width],
  ])("shows one drawing a figure, with marks and a name, on a %s", async (device, width) => {
    const seen = await (device === "phone" ? phone : light).evaluate(drawings);
    expect(seen).toHaveLength(8);
    for (const drawing of seen) {
      expect(drawing).toMatchObject({ shown: 1, role: "img" });
      expect(drawing.label.length).toBeGreaterThan(10);
      expect(drawing.width).toBeGreaterThan(300);
      expect(drawing.height).toBeGreaterThan(100);
      expect(drawing.right).toBeLessThanOrEqual(width);
      expect(drawing.marks).toBeGreaterThan(5);
    }
  });

  it("keeps the letters of charts readable on a phone", async () => {
    const sizes = await phone.evaluate(letterSizes);
    expect(sizes.length).toBeGreaterThan(50);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10);
  });

  it("does not scroll sideways at 375 pixels", async () => {
    expect(await phone.evaluate(sideways)).toEqual([0, PHONE.width]);
  });

  it("does not scroll sideways for long names and many experts either", async () => {
    const file = join(folder, "long.html");
    writeFileSync(file, await renderHtml(buildReport(longNamedReportInput)));
    const page = await open({ viewport: PHONE }, pathToFileURL(file).href);
    expect(await page.evaluate(sideways)).toEqual([0, PHONE.width]);
  });

  it("is dark where that is preferred", async () => {
    expect(await dark.evaluate(background)).not.toBe(await light.evaluate(background));
  });

  it.each(["light", "dark"])("has readable contrast when %s", async (scheme) => {
    const seen = await (scheme === "dark" ? dark : light).evaluate(contrasts);
    expect(seen.length).toBeGreaterThan(100);
    expect(seen.filter(({ contrast }) => !(contrast >= READABLE))).toEqual([]);
  });

  it("puts the verdict and the findings before the first chart", async () => {
    const [verdict, findings, chart] = await light.evaluate(tops, [
      ".verdict",
      ".findings",
      "svg.wide",
    ]);
    expect(verdict).toBeLessThan(findings!);
    expect(findings).toBeLessThan(chart!);
  });

  it("links its contents to its sections", async () => {
    expect(await light.evaluate(linked)).toEqual(Array(6).fill("SECTION"));
  });

  it("carries its summary as JSON and repeats no id", async () => {
    const { summary, ids } = await light.evaluate(embedded);
    expect(summary).toEqual({ verdict: "</script>" });
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is light and on few sheets when printed", async () => {
    const page = await open({ viewport: DESKTOP, colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate(background)).toBe(await light.evaluate(background));
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sheets).toBeGreaterThanOrEqual(3);
    expect(sheets).toBeLessThanOrEqual(10);
  });
});
