// Debian's Chromium by Playwright, third-party cookies blocked.
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { buttonCalled, type Engine, FRAME, orNothing, type Place, READ } from "./engine";

export async function startChromium(browser: Browser): Promise<Engine & { context: BrowserContext }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  let page: Page | undefined;
  const place = (where: Place) => {
    if (where === "window") return context.pages().findLast((other) => other !== page);
    return page?.frames().find((frame) => frame.name() === FRAME);
  };
  return {
    context,
    async visit(address) {
      await Promise.all(context.pages().map((old) => old.close()));
      page = await context.newPage();
      await page.goto(address);
    },
    text: (where) => orNothing(place(where)?.evaluate(READ)),
    press: (where, button) => place(where)!.locator(`xpath=${buttonCalled(button)}`).click(),
    close: () => context.close(),
  };
}
