// An organization whose LMS another one registered proves by a launch that it is its own; the other one gets a notice with the reason.
import { appToken } from "../automation";
import { people } from "../portal";
import { expect, test } from "../world";

const FABRIKAM = "c0ffee00-0000-4000-8000-000000000002";
const NAME = "Practice LMS";

test("an administrator of the LMS proves whose it is, and launches go there from then on", async ({ page, portal, lms }) => {
  const keys = await lms.keys();
  const { deploymentId, ...values } = keys;
  const headers = { authorization: `Bearer ${await appToken(portal.address, FABRIKAM)}` };
  const post = (path: string, data: object) => page.request.post(`${portal.address}/api/v1/${path}`, { headers, data });
  expect((await post("tenant", { displayName: "Fabrikam College" })).ok()).toBe(true);
  const theirs = { ...values, name: NAME, appId: "launch-inspector", platform: "moodle", deploymentIds: [deploymentId] };
  expect((await post("registrations", theirs)).status()).toBe(201);

  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms(NAME, "Moodle");
  const gatewayKeys = await portal.gatewayKeys();
  await portal.next();
  await portal.enterLmsKeys(keys);
  await portal.checkKeys();
  await expect(page.getByText("Is this LMS your organization’s?")).toBeVisible();
  await page.getByRole("button", { name: "Contest the registration" }).click();
  await expect(portal.heading("Contests")).toBeVisible();
  const loginUrl = await page.getByRole("textbox", { name: "Login URL" }).inputValue();
  expect(loginUrl).toMatch(/\/lti\/login\?claim=[\w-]{22}$/);
  await expect(page.getByRole("row", { name: NAME })).toContainText("Open");

  await lms.saveTool({ ...gatewayKeys, loginUrl });
  await lms.openCourse("Tess Teacher");
  const refused = await lms.launchInFrame();
  await expect(refused.getByRole("heading", { name: "The LMS was not connected" })).toBeVisible();
  await lms.openCourse("Ada Admin");
  const framed = await lms.launchInFrame();
  await expect(framed.getByRole("heading", { name: "Connect the LMS in a new window" })).toBeVisible();
  const opened = page.waitForEvent("popup");
  await framed.getByRole("button", { name: "Continue in a new window" }).click();
  const asked = await opened;
  await expect(asked.getByRole("heading", { name: "You connect this LMS to Contoso University" })).toBeVisible();
  await asked.getByRole("button", { name: "Connect to Contoso University" }).click();
  await expect(asked.getByRole("heading", { name: "The LMS is connected to Contoso University" })).toBeVisible();
  await expect(asked.getByText(gatewayKeys.loginUrl, { exact: true })).toBeVisible();

  await lms.saveTool(gatewayKeys);
  await lms.openCourse("Tess Teacher");
  const inspector = await lms.launchInFrame();
  await expect(inspector.getByRole("heading", { name: "This launch is valid" })).toBeVisible();
  await portal.open("/contests");
  await expect(page.getByRole("row", { name: NAME })).toContainText("Proven");
  await page.getByRole("link", { name: "View registration" }).click();
  await expect(page.getByRole("dialog", { name: NAME })).toBeVisible();

  const lost = (await (await page.request.get(`${portal.address}/api/v1/audit-events?action=claim.lost`, { headers })).json()) as { value: unknown[] };
  expect(lost.value).toHaveLength(1);
});
