// Draws docs/report.png: the top of the demonstration's report, as Chromium shows it. Run `npm run demo` first.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const REPORT = "runs/demo/report.html";
const PICTURE = "docs/report.png";
const VIEW = { width: 1000, height: 1100 };

const places = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser"];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
if (executablePath === undefined || !existsSync(REPORT)) {
  console.error(`Chromium (CHROMIUM_PATH) and ${REPORT} must be there; run \`npm run demo\` first`);
  process.exit(2);
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: VIEW, colorScheme: "light" });
await page.goto(pathToFileURL(REPORT).href);
await page.screenshot({ path: PICTURE, clip: { x: 0, y: 0, ...VIEW } });
await browser.close();
