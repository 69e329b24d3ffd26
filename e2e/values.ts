import type { Locator } from "@playwright/test";

/** The names and values of a list of them. */
export async function values(list: Locator): Promise<Record<string, string>> {
  const pairs = await list.locator("dl > div").evaluateAll((rows) => rows.map((row) => [row.querySelector("dt")!.innerText.trim(), row.querySelector("dd")!.innerText.trim()]));
  return Object.fromEntries(pairs) as Record<string, string>;
}
