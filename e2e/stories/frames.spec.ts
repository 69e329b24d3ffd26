// Launches in frames and windows, in all the ways in which people and pages make them hard; the browser loses cookies where a story says so.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, FrameLocator, Page } from "@playwright/test";
import { orNothing } from "../engines/engine";
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

/** Waits until the gateway answers at a path. Nothing is looked at before: a frame on its way to another site may never answer. */
async function answered(context: BrowserContext, path: string, launch: () => Promise<unknown>): Promise<void> {
  const answer = context.waitForEvent("response", (response) => new URL(response.url()).pathname === path && response.status() !== 303);
  await launch();
  await answer;
}

async function opensApp(shown: Page | FrameLocator, context: BrowserContext, launch: () => Promise<unknown>): Promise<void> {
  await answered(context, "/apps/launch-inspector/launch", launch);
  await expect(shown.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
}

async function offersWindow(page: Page, launch: () => Promise<unknown>): Promise<void> {
  await answered(page.context(), "/lti/login/probe", launch);
  await expect(tool(page).getByRole("button", { name: "Open in a new window" })).toBeVisible();
}

test("four frames of one page, whose values the LMS keeps, all open", async ({ page, servers, front }) => {
  front.losing = true;
  const opened: number[] = [];
  page.on("response", (answer) => {
    if (answer.url().endsWith("/apps/launch-inspector/launch")) opened.push(answer.status());
  });
  await page.goto(activity(servers.lms, "brightspace"));
  await page.evaluate(() => {
    for (let frame = 0; frame < 3; frame++) document.body.append(document.querySelector("#contentframe")!.cloneNode());
  });
  await expect.poll(() => opened).toEqual([200, 200, 200, 200]);
});

for (const like of ["brightspace", "canvas"]) {
  test(`a window asks the page that opened it (${like})`, async ({ page, context, servers, front }) => {
    front.losing = true;
    await page.goto(`${servers.lms}/course?as=student&like=${like}`);
    const opened = page.waitForEvent("popup");
    await answered(context, "/apps/launch-inspector/launch", () => page.getByRole("link", { name: "Open in a new window" }).click());
    await expect((await opened).getByText("The LMS's storage gives back the value")).toHaveCount(1);
  });
}

test("a window that nobody opened goes on by its cookie at once", async ({ page, context, servers }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await opensApp(page, context, () => page.goto(`${servers.lms}/launch?as=teacher&in=window&like=canvas`));
  expect(asked).toContain("/lti/login");
  expect(asked).not.toContain("/lti/login/probe");
});

test("a double click opens one window, and the launch arrives", async ({ page, context, servers, front }) => {
  front.losing = true;
  await offersWindow(page, () => page.goto(activity(servers.lms, "moodle")));
  front.losing = false;
  const button = tool(page).getByRole("button", { name: "Open in a new window" });
  await answered(context, "/apps/launch-inspector/launch", () => button.dblclick());
  await expect(tool(page).getByRole("status")).toContainText("The app opens in the new window");
  await expect(button).toBeDisabled();
  expect(context.pages()).toHaveLength(2);
});

test("once cookies are allowed, the same launch opens in its frame", async ({ page, context, servers, front }) => {
  front.losing = true;
  await offersWindow(page, () => page.goto(activity(servers.lms, "moodle")));
  const again = tool(page).getByRole("button", { name: "Try again here" });
  await offersWindow(page, () => again.click());
  front.losing = false;
  await opensApp(tool(page), context, () => again.click());
});

test("the page about cookies tries again too, with the launch unspent", async ({ page, context, servers, front }) => {
  front.losing = true;
  await offersWindow(page, () => page.goto(activity(servers.lms, "moodle")));
  const opened = page.waitForEvent("popup");
  await tool(page).getByRole("button", { name: "Open in a new window" }).click();
  const window = await opened;
  await expect(window.getByRole("heading", { name: "Cookies can't be found" })).toBeVisible();
  front.losing = false;
  await opensApp(window, context, () => window.getByRole("button", { name: "Try again here" }).click());
});

test("back and reload after a launch end on pages that say what to do", async ({ page, context, servers }) => {
  await page.goto(`${servers.lms}/course?as=teacher`);
  await opensApp(page, context, () => page.goto(`${servers.lms}/launch?as=teacher&in=window`));
  await page.reload();
  await expect(page.getByText("Open the app from your course again")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Introduction to Biology" })).toBeVisible();
});

for (const like of ["brightspace", "moodle", "canvas-app"]) {
  test(`back from the app in its frame ends well (${like})`, async ({ page, context, servers, front }) => {
    front.losing = like === "brightspace";
    let opened = 0;
    page.on("response", (answer) => {
      if (answer.url().endsWith("/apps/launch-inspector/launch") && answer.status() === 200) opened += 1;
    });
    await page.goto(`${servers.lms}/course?as=teacher`);
    await opensApp(tool(page), context, () => page.goto(activity(servers.lms, like)));
    await page.evaluate(() => void setTimeout(() => history.back()));
    // Which page is before the app in the history is a matter of milliseconds: the gateway's, one of the LMS's (it launches again, or says
    // that the launch was used and has to be opened again), or the course.
    const over = tool(page).getByRole("heading", { name: /^(This launch is over|Invalid request)$/ });
    const course = page.getByRole("heading", { name: "Introduction to Biology" });
    const end = async () => {
      if (opened > 1) return "the app, launched again";
      if ((await orNothing(course.isVisible())) === "true") return "the course";
      return (await orNothing(over.isVisible())) === "true" ? "a page that says what to do" : "nothing yet";
    };
    await expect.poll(end).not.toBe("nothing yet");
  });
}

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
  await offersWindow(page, () => page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`));
  const heard = await page.evaluate<{ subject: string; value?: string; key?: string }[]>("heard");
  expect(heard.map(({ subject }) => subject)).toEqual(["lti.capabilities", "org.imsglobal.lti.capabilities"]);
  expect(heard.every((message) => message.value === undefined && message.key === undefined)).toBe(true);
  stranger.close();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  const goOn = (page: Page, path: string) => answered(page.context(), path, () => tool(page).getByRole("button", { name: "Continue" }).click());

  for (const like of ["moodle", "canvas", "brightspace"]) {
    test(`buttons go on, and the launch arrives (${like})`, async ({ page, context, servers }) => {
      await page.goto(activity(servers.lms, like));
      if (like !== "moodle") await goOn(page, "/lti/login");
      await goOn(page, "/mod/lti/auth.php");
      await goOn(page, "/lti/launch");
      await opensApp(tool(page), context, () => tool(page).getByRole("button", { name: "Open Launch inspector" }).click());
    });

    test(`without cookies too, a window opens (${like})`, async ({ page, servers, front }) => {
      front.losing = true;
      await page.goto(activity(servers.lms, like));
      if (like !== "moodle") await goOn(page, "/lti/login");
      await goOn(page, "/lti/login/probe");
      front.losing = false;
      const opened = page.waitForEvent("popup");
      await tool(page).getByRole("button", { name: "Open in a new window" }).click();
      const window = await opened;
      await window.getByRole("button", { name: "Continue" }).click();
      await opensApp(window, page.context(), () => window.getByRole("button", { name: "Open Launch inspector" }).click());
    });
  }
});
