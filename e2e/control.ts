// Proves that the browser of a test blocks third-party cookies: a page on the LMS's site frames one on the gateway's site.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type BrowserContext, expect } from "@playwright/test";

const COOKIES = ["unpartitioned=1; Secure; SameSite=None; Path=/", "partitioned=1; Secure; SameSite=None; Path=/; Partitioned"];

/** An unpartitioned cookie is lost in a frame on the other site, a partitioned one is kept; first-party, both are kept. */
export async function expectThirdPartyCookiesBlocked(context: BrowserContext): Promise<void> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    if (request.url === "/top") {
      response.end(`<iframe src="http://localhost:${port}/set"></iframe>`);
    } else if (request.url === "/set") {
      response.setHeader("set-cookie", COOKIES);
      response.end(`<script>location.replace("/show")</script>`);
    } else {
      response.end(`<p>Cookies: ${request.headers.cookie ?? ""}</p>`);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${port}/top`);
  await expect(page.frameLocator("iframe").getByText("Cookies:")).toHaveText("Cookies: partitioned=1");
  await page.goto(`http://localhost:${port}/set`);
  await expect(page.getByText("Cookies:")).toHaveText("Cookies: unpartitioned=1; partitioned=1");
  await page.close();
  await context.clearCookies();
  server.close();
}
