import { expect } from "@playwright/test";
import { appToken } from "../automation";
import { LONG_NAME } from "../full";
import { register } from "../launch";
import { people } from "../portal";
import type { Chapter } from "./chapter";

const ELSEWHERE = { untitled: true } as const;
const FABRIKAM = "c0ffee00-0000-4000-8000-000000000002";

/** The pages that the people of an LMS see: the practice LMS, and in its frame the app, or the reason why it doesn't open. */
export const launching: Chapter = async ({ page, portal, lms, servers, visit }) => {
  await page.goto(lms.address);
  await visit("lms-home", ELSEWHERE);
  await lms.openCourse("Tess Teacher");
  await visit("lms-course", ELSEWHERE);
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();
  await visit("refused", ELSEWHERE);

  await register(servers.gateway, servers.lms);
  await lms.openCourse("Tess Teacher");
  const inspector = await lms.launchInFrame();
  await expect(inspector.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await visit("inspector", ELSEWHERE);
  await lms.openCourse("Tess Teacher");
  const alone = await lms.launchInWindow();
  for (const disclosure of await alone.locator("summary").all()) await disclosure.click();
  await visit("inspector-opened", { ...ELSEWHERE, page: alone });
  await alone.close();
  const elsewhere = await lms.launchOfOtherBrowser();
  const offer = await lms.showInFrame(elsewhere);
  await expect(offer.getByRole("button", { name: "Open in a new window" })).toBeVisible();
  await visit("window-offered", ELSEWHERE);
  await page.goto(elsewhere);
  await expect(portal.heading("Cookies can't be found")).toBeVisible();
  await visit("cookies");
  await page.goto(`${portal.address}/lti/launch/over`);
  await expect(portal.heading("This launch is over")).toBeVisible();
  await visit("over");
  await page.goto(`${portal.address}/lti/login`);
  await expect(portal.heading("Open the app from your course")).toBeVisible();
  await visit("by-hand");
  await page.goto(`${portal.address}/lti/login?iss=https%3A%2F%2Flms.example`);
  await expect(portal.heading("Some details from LMS aren't valid")).toBeVisible();
  await visit("invalid");

  await portal.signIn(people.admin);
  await portal.deleteRegistration("Practice LMS");
  await register(servers.gateway, servers.lms, { keysetUrl: `${lms.address}/no-keyset` });
  await lms.openCourse("Tess Teacher");
  const unavailable = await lms.launchInFrame();
  await expect(unavailable.getByRole("heading", { name: "Issues with the LMS public keyset URL" })).toBeVisible();
  await visit("keyset", ELSEWHERE);
  await page.goto(await page.locator("iframe").evaluate((frame) => (frame as HTMLIFrameElement).src));
  await expect(portal.heading("Issues with the LMS public keyset URL")).toBeVisible();
  await visit("keyset-alone");

  // Another organization proves that the LMS is its own.
  const headers = { authorization: `Bearer ${await appToken(portal.address, FABRIKAM)}` };
  const post = (path: string, data: object) => page.request.post(`${portal.address}/api/v1/${path}`, { headers, data });
  expect((await post("tenant", { displayName: LONG_NAME })).ok()).toBe(true);
  const { deploymentId, ...values } = await lms.keys();
  const begun = await post("contests", { ...values, name: "Practice LMS", appId: "launch-inspector", platform: "moodle", deploymentIds: [deploymentId] });
  const { loginUrl } = (await begun.json()) as { loginUrl: string };
  const launchUrl = `${portal.address}/lti/launch`;
  await lms.saveTool({ targetLinkUrl: launchUrl, loginUrl, redirectUrl: launchUrl });
  await lms.openCourse("Tess Teacher");
  const refusedProof = await lms.launchInFrame();
  await expect(refusedProof.getByRole("heading", { name: "The LMS was not connected" })).toBeVisible();
  await visit("proof-refused", ELSEWHERE);
  await lms.openCourse("Ada Admin");
  const framed = await lms.launchInFrame();
  await expect(framed.getByRole("heading", { name: "Connect the LMS in a new window" })).toBeVisible();
  await visit("proof-framed", ELSEWHERE);
  const opened = page.waitForEvent("popup");
  await framed.getByRole("button", { name: "Continue in a new window" }).click();
  const asked = await opened;
  await expect(asked.getByRole("heading", { name: `You connect this LMS to ${LONG_NAME}` })).toBeVisible();
  await visit("proof-asked", { ...ELSEWHERE, page: asked });
  await asked.getByRole("button", { name: "Connect to" }).click();
  await expect(asked.getByRole("heading", { name: "The LMS is connected to" })).toBeVisible();
  await visit("proof-done", { ...ELSEWHERE, page: asked });
};
