// Launches in frames and windows, in all the ways in which people and pages make them hard; the browser loses cookies where a story says so.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FrameLocator, Page } from "@playwright/test";
import { type Front, startFront } from "../front";
import { register } from "../launch";
import { startServers } from "../servers";
import { expect, test as base } from "../world";

const test = base.extend<{ front: Front }>({
  front: async ({}, use) => {
    const front = await startFront();
    await use(front);
    await front.stop();
  },
  servers: async ({ front }, use) => {
    const servers = await startServers(front);
    await register(servers.local, servers.lms);
    await use(servers);
    await servers.stop();
  },
});
test.use({ ignoreHTTPSErrors: true });

const activity = (lms: string, like: string) => `${lms}/course/activity?as=teacher&like=${like}`;
const tool = (page: Page) => page.frameLocator("#contentframe");

async function expectApp(shown: Page | FrameLocator): Promise<void> {
  await expect(shown.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
}

test("four frames of one page, whose values the LMS keeps, all open", async ({ page, servers, front }) => {
  front.losing = true;
  await page.goto(activity(servers.lms, "brightspace"));
  await page.evaluate(() => {
    for (let frame = 0; frame < 3; frame++) document.body.append(document.querySelector("#contentframe")!.cloneNode());
  });
  for (let frame = 0; frame < 4; frame++) await expectApp(page.frameLocator("#contentframe >> nth=" + frame));
});

for (const like of ["brightspace", "canvas"]) {
  test(`a window asks the page that opened it (${like})`, async ({ page, servers, front }) => {
    front.losing = true;
    await page.goto(`${servers.lms}/course?as=student&like=${like}`);
    const opened = page.waitForEvent("popup");
    await page.getByRole("link", { name: "Open in a new window" }).click();
    const window = await opened;
    await expectApp(window);
    await expect(window.getByText("The LMS's storage gives back the value")).toHaveCount(1);
  });
}

test("a window that nobody opened goes on by its cookie at once", async ({ page, servers }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${servers.lms}/launch?as=teacher&in=window&like=canvas`);
  await expectApp(page);
  expect(asked).toContain("/lti/login");
  expect(asked).not.toContain("/lti/login/probe");
});

test("a double click opens one window, and the launch arrives", async ({ page, context, servers, front }) => {
  front.losing = true;
  await page.goto(activity(servers.lms, "moodle"));
  const button = tool(page).getByRole("button", { name: "Open in a new window" });
  await button.waitFor();
  front.losing = false;
  const opened = page.waitForEvent("popup");
  await button.dblclick();
  await expectApp(await opened);
  await expect(tool(page).getByRole("status")).toContainText("The app opens in the new window");
  await expect(button).toBeDisabled();
  expect(context.pages()).toHaveLength(2);
});

test("once cookies are allowed, the same launch opens in its frame", async ({ page, servers, front }) => {
  front.losing = true;
  await page.goto(activity(servers.lms, "moodle"));
  const again = tool(page).getByRole("button", { name: "Try again here" });
  await again.click();
  await expect(again, "still not").toBeVisible();
  front.losing = false;
  await again.click();
  await expectApp(tool(page));
});

test("the page about cookies tries again too, with the launch unspent", async ({ page, servers, front }) => {
  front.losing = true;
  await page.goto(activity(servers.lms, "moodle"));
  const opened = page.waitForEvent("popup");
  await tool(page).getByRole("button", { name: "Open in a new window" }).click();
  const window = await opened;
  await expect(window.getByRole("heading", { name: "Cookies can’t be found" })).toBeVisible();
  front.losing = false;
  await window.getByRole("button", { name: "Try again here" }).click();
  await expectApp(window);
});

test("back and reload after a launch end on pages that say what to do", async ({ page, servers }) => {
  await page.goto(`${servers.lms}/course?as=teacher`);
  await page.goto(`${servers.lms}/launch?as=teacher&in=window`);
  await expectApp(page);
  await page.reload();
  await expect(page.getByText("Open the app from your course again")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Introduction to Biology" })).toBeVisible();
});

test("a page around that is not the LMS's learns nothing and answers for nobody", async ({ page, servers, front }) => {
  front.losing = true;
  const settings = await (await fetch(`${servers.lms}/admin/tool`)).text();
  const shown = (id: string) => new RegExp(`id="${id}">([^<]*)<`).exec(settings)![1]!;
  const fields = { iss: servers.lms, client_id: shown("client-id"), login_hint: "3", target_link_uri: servers.gateway, lti_storage_target: "_parent" };
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  const stranger = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<form method="post" action="${servers.gateway}/lti/login" target="contentframe">${inputs.join("")}</form>
      <iframe id="contentframe" name="contentframe" title="x" width="700" height="500"></iframe>
      <script>
        heard = [];
        addEventListener("message", ({ data, source, origin }) => {
          heard.push(data);
          for (const subject of ["lti.put_data", "org.imsglobal.lti.put_data"]) {
            source.postMessage({ subject: subject + ".response", message_id: data.message_id.replace("capabilities", "put_data"), value: "x" }, origin);
          }
        });
        document.forms[0].submit();
      </script>`);
  }).listen(0, "127.0.0.1");
  await once(stranger, "listening");
  await page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
  await expect(tool(page).getByRole("button", { name: "Open in a new window" })).toBeVisible();
  const heard = await page.evaluate<{ subject: string; value?: string; key?: string }[]>("heard");
  expect(heard.map(({ subject }) => subject)).toEqual(["lti.capabilities", "org.imsglobal.lti.capabilities"]);
  expect(heard.every((message) => message.value === undefined && message.key === undefined)).toBe(true);
  stranger.close();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  for (const like of ["moodle", "canvas", "brightspace"]) {
    test(`buttons go on, and the launch arrives (${like})`, async ({ page, servers }) => {
      await page.goto(activity(servers.lms, like));
      await goOn(page);
      await expectApp(tool(page));
    });

    test(`without cookies too, a window opens (${like})`, async ({ page, servers, front }) => {
      front.losing = true;
      await page.goto(activity(servers.lms, like));
      const window = tool(page).getByRole("button", { name: "Open in a new window" });
      await goOn(page, window);
      front.losing = false;
      const opened = page.waitForEvent("popup");
      await window.click();
      const popup = await opened;
      await popup.getByRole("button", { name: "Continue" }).click();
      await popup.getByRole("button", { name: "Open Launch inspector" }).click();
      await expectApp(popup);
    });
  }

  /** Presses what goes on, until there is nothing left to press. */
  async function goOn(page: Page, until = tool(page).getByRole("heading", { name: "This launch is valid" })): Promise<void> {
    const next = tool(page).getByRole("button", { name: /^(Continue|Open Launch inspector)$/ });
    await expect(async () => {
      if (await next.isVisible()) await next.click({ timeout: 2_000 });
      await expect(until).toBeVisible({ timeout: 500 });
    }).toPass();
  }
});
