import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesBelow } from "../../helpers/files-below.ts";

const pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", ...filesBelow(["docs"], ".md")];

/** As GitHub makes the anchor of a heading: lower case, punctuation dropped, blanks to hyphens. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, "");

const anchorsOf = (page: string): string[] =>
  [...withoutCode(readFileSync(page, "utf8")).matchAll(/^#+ (.+)$/gm)].map((m) => anchorOf(m[1]!));

const linksOf = (page: string): string[] =>
  [...withoutCode(readFileSync(page, "utf8")).matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1]!);

/** Why a link of a page leads nowhere; undefined if it leads somewhere or away from the repository. */
function broken(page: string, link: string): string | undefined {
  if (/^https:\/\//.test(link)) return undefined;
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  if (!existsSync(file)) return `${link}: there is no ${file}`;
  if (anchor === undefined || anchorsOf(file).includes(anchor)) return undefined;
  return `${link}: ${file} has no such heading`;
}

describe.each(pages)("%s", (page) => {
  test("links to files and headings that exist", () => {
    expect(
      linksOf(page)
        .map((link) => broken(page, link))
        .filter(Boolean),
    ).toEqual([]);
  });

  test("names only files that exist", () => {
    const named = [
      ...readFileSync(page, "utf8").matchAll(
        /`((?:src|models|samplers|diagnostics|test|scripts|docs|data)\/[\w./-]+\.\w+)`/g,
      ),
    ];
    const missing = named.map((m) => m[1]!).filter((file) => !existsSync(file));
    expect(missing).toEqual([]);
  });
});

test("the pages hold links to check", () => {
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(15);
});
