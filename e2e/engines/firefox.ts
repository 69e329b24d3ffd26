// Debian's Firefox by Puppeteer (WebDriver BiDi); Playwright can drive only a Firefox of its own.
import puppeteer, { type Page } from "puppeteer-core";
import { buttonCalled, type Engine, FRAME, orNothing, type Place, READ } from "./engine";

export async function startFirefox(): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    headless: true,
    acceptInsecureCerts: true,
    // As Firefox is delivered: a jar of cookies for each top-level site (Total Cookie Protection).
    extraPrefsFirefox: { "network.cookie.cookieBehavior": 5 },
  });
  let page: Page | undefined;
  const place = async (where: Place) => {
    if (where === "window") return (await browser.pages()).findLast((other) => other !== page);
    return page?.frames().find((frame) => frame.name() === FRAME) ?? page?.frames().at(-1);
  };
  return {
    async visit(address) {
      const old = await browser.pages();
      page = await browser.newPage();
      await Promise.all(old.map((one) => one.close()));
      await page.goto(address);
    },
    async text(where) {
      const shown = await place(where);
      return orNothing(shown?.evaluate(READ));
    },
    async press(where, button) {
      const shown = await place(where);
      const found = await shown!.waitForSelector(`xpath/${buttonCalled(button)}`);
      await found!.click();
    },
    close: () => browser.close(),
  };
}
