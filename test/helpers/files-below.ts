import { readdirSync } from "node:fs";

/** Paths of all files below the folders, in order; folders of dependencies and built files are left out. */
export function filesBelow(folders: readonly string[], ending = ""): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map((entry) => `${entry.parentPath}/${entry.name}`),
    )
    .sort();
}
