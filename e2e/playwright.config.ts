import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "stories",
  outputDir: "results",
  fullyParallel: true,
  workers: 2,
  forbidOnly: process.env.CI !== undefined,
  // Three browsers on two cores: one now and then doesn't open a tab in time. A failed test is run once more, and named "flaky" if it
  // passes then.
  retries: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "en-US",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    // A trace takes half as long again as the story; what fails is made once more with one.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      // Debian's: Playwright's own download may not be reachable. Without sandbox, since CI runs as root.
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      chromiumSandbox: false,
      // Playwright now and then can't read a frame that moved to another process, for good; cookies and storage are parted by site all the same.
      args: ["--test-third-party-cookie-phaseout", "--disable-site-isolation-trials"],
    },
  },
  projects: [
    { name: "stories", testIgnore: ["screenshots.spec.ts", "lighthouse.spec.ts"] },
    // Pictures in `shots/`, to look at, beside those of the walk: npx playwright test --project=screenshots
    { name: "screenshots", testMatch: "screenshots.spec.ts" },
    // Needs the npm registry, and a machine with nothing else to do.
    { name: "lighthouse", testMatch: "lighthouse.spec.ts" },
    // Microsoft's clients, and an identity provider of another maker: npm ci in `clients/`, then npx playwright test --project=clients
    { name: "clients", testDir: "clients" },
  ],
});
