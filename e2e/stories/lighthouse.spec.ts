// Lighthouse's result for the landing page, as a desktop sees it: npx playwright test --project=lighthouse
import { execFileSync } from "node:child_process";
import { expect, test } from "../world";

const VERSION = "12.8.2";
/** Milliseconds until the page can be used. */
const INTERACTIVE = 1_000;
const LEAST = { performance: 0.95, accessibility: 1, "best-practices": 1 };

interface Report {
  categories: Record<string, { score: number }>;
  audits: Record<string, { numericValue: number }>;
}

test("the landing page is quick, accessible and well built", ({ servers }) => {
  test.setTimeout(300_000);
  const command = [`--yes`, `lighthouse@${VERSION}`, servers.gateway, "--quiet", "--output=json", "--preset=desktop", "--chrome-flags=--headless=new --no-sandbox"];
  const env = { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" };
  const report = JSON.parse(execFileSync("npx", command, { env, encoding: "utf8", maxBuffer: 1e8 })) as Report;
  const figures = ["first-contentful-paint", "largest-contentful-paint", "interactive", "total-byte-weight", "cumulative-layout-shift"];
  console.log(Object.fromEntries(figures.map((name) => [name, report.audits[name]?.numericValue])));
  expect.soft(report.audits.interactive!.numericValue, "interactive").toBeLessThanOrEqual(INTERACTIVE);
  for (const [category, least] of Object.entries(LEAST)) {
    const { score } = report.categories[category]!;
    console.log(category, score);
    expect.soft(score, category).toBeGreaterThanOrEqual(least);
  }
});
