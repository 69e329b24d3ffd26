// Failures of the API: people see a text, and can go on from there without typing anything again.
import type { Page } from "@playwright/test";
import { MOODLE } from "../lms";
import { people, type Portal } from "../portal";
import { answerWith, NOTHING_WRONG, problem } from "../problem";
import { expect, test } from "../world";

test.beforeEach(async ({ portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
});

/** Up to the step where the LMS keys are entered. */
async function enterKeys(portal: Portal): Promise<void> {
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso Moodle", "Moodle");
  await portal.next();
  await portal.enterLmsKeys(MOODLE);
}

/** Makes the session of the tab older than its tokens live. */
async function ageSession(page: Page, change: { refresh_token?: null }): Promise<void> {
  await page.evaluate((change) => {
    const key = "lms-gateway.session";
    const session = JSON.parse(sessionStorage.getItem(key)!);
    sessionStorage.setItem(key, JSON.stringify({ ...session, ...change, issued_at: 0, expires_at: 0 }));
  }, change);
}

test("a session that ends in the wizard is renewed without a word", async ({ page, portal }) => {
  await enterKeys(portal);
  await ageSession(page, {});
  await answerWith(page, /registrations\/check$/, NOTHING_WRONG, "POST");
  await portal.checkKeys();
  await expect(page.getByText("The keys work")).toBeVisible();
});

test("a session that can't be renewed asks to sign in, and comes back to the step with everything in it", async ({ page, portal }) => {
  await enterKeys(portal);
  await ageSession(page, { refresh_token: null });
  await answerWith(page, /registrations\/check$/, NOTHING_WRONG, "POST");
  // The identity provider still knows who it is, and asks nothing.
  const asked = page.waitForRequest(/\/oauth2\/v2\.0\/authorize\?/);
  await page.getByRole("button", { name: "Check the keys" }).click();
  await asked;
  await expect(portal.heading("Check and save")).toBeVisible();
  await expect(page.getByText(MOODLE.clientId)).toBeVisible();
  await portal.save();
});

test("a 401 that stays is told, and nothing goes round in circles", async ({ page, portal }) => {
  await enterKeys(portal);
  const mend = await answerWith(page, /registrations\/check$/, problem(401, "token.invalid", "The token isn't valid."), "POST");
  await portal.checkKeys();
  await expect(page.getByRole("alert")).toContainText("Authentication failed. Try again");
  await mend();
  await answerWith(page, /registrations\/check$/, NOTHING_WRONG, "POST");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("The keys work")).toBeVisible();
});

test("a deployment that is taken leads back to its field, and another one is saved", async ({ page, portal }) => {
  const headers = { authorization: `Bearer ${await portal.token()}` };
  const { deploymentId, ...keys } = MOODLE;
  const earlier = { ...keys, name: "Earlier", appId: "launch-inspector", platform: "moodle", deploymentIds: [deploymentId] };
  expect((await page.request.post(`${portal.address}/api/v1/registrations`, { headers, data: earlier })).status()).toBe(201);
  await enterKeys(portal);
  await answerWith(page, /registrations\/check$/, NOTHING_WRONG, "POST");
  await portal.checkKeys();
  await page.getByRole("button", { name: "Save registration" }).click();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  const field = page.getByRole("textbox", { name: "Deployment ID" });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/has a registration with this issuer, client ID and deployment 1 already/);
  const told = page.getByRole("alert").getByRole("link");
  await expect(told).toHaveText(/^Deployment ID: Your organization has/);
  await told.click();
  await expect(field).toBeFocused();
  await field.fill("2");
  await portal.checkKeys();
  await portal.save();
  await portal.openList();
  await expect(page.getByRole("rowheader")).toHaveText([/^Contoso Moodle/, /^Earlier/]);
});

test("a 422 on saving leads to the field, with the gateway's words", async ({ page, portal }) => {
  await enterKeys(portal);
  await answerWith(page, /registrations\/check$/, NOTHING_WRONG, "POST");
  await portal.checkKeys();
  const fault = { detail: "The keyset URL must not hold a user name.", pointer: "/keysetUrl" };
  await answerWith(page, /registrations$/, problem(422, "registration.invalid", "One value needs a change.", [fault]), "POST");
  await page.getByRole("button", { name: "Save registration" }).click();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  const field = page.getByRole("textbox", { name: "Keyset URL" });
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/must not hold a user name/);
  await expect(page.getByRole("textbox", { name: "Client ID" })).toHaveValue(MOODLE.clientId);
  await page.getByRole("alert").getByRole("link").click();
  await expect(field).toBeFocused();
});

test("a list that fails says so in its place, keeps the search, and can be tried again", async ({ page, portal }) => {
  await portal.openList();
  await expect(page.getByRole("heading", { name: "Connect your first LMS" })).toBeVisible();
  const mend = await answerWith(page, /registrations$/, problem(500, "internal", "The gateway had a problem."));
  await page.reload();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Something went wrong");
  await expect(alert, "the reference for support").toContainText("5f0c6d0e");
  const searched = page.waitForResponse((answer) => answer.url().includes("search=moodle"));
  await page.getByRole("searchbox", { name: "Search registrations" }).fill("moodle");
  await searched;
  await mend();
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "No registrations match" })).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Search registrations" })).toHaveValue("moodle");
});

test("a deletion that fails keeps the question open", async ({ page, portal, lms }) => {
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration("Practice LMS", keys);
  await portal.openList();
  const dialog = await portal.askToDelete("Practice LMS");
  const mend = await answerWith(page, /registrations\/[^/]+$/, problem(503, "unavailable", "The database is away."), "DELETE");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("Something went wrong");
  await mend();
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(portal.status("was deleted")).toBeVisible();
});

test("offline, a page says that the gateway can't be reached, and goes on once it can", async ({ page, portal, context }) => {
  await portal.openList();
  await expect(page.getByRole("heading", { name: "Connect your first LMS" })).toBeVisible();
  await page.getByRole("link", { name: "Launches" }).click();
  await expect(portal.heading("Launches")).toBeVisible();
  await context.setOffline(true);
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByRole("alert")).toContainText("The gateway can’t be reached");
  await context.setOffline(false);
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "No launches yet" })).toBeVisible();
});

test("a gateway that doesn't answer at all is a page with a retry", async ({ page, portal }) => {
  await page.route("**/portal/config.json", (route) => route.abort());
  await portal.open("/registrations");
  await expect(portal.heading("The gateway can’t be reached")).toBeVisible();
  await page.unroute("**/portal/config.json");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(portal.heading("Registrations")).toBeVisible();
});

test("a part of the portal that can't be fetched is told, and loaded anew", async ({ page, portal }) => {
  await portal.openList();
  await page.route("**/assets/rest-*.wasm", (route) => route.fulfill({ status: 404 }));
  await page.getByRole("link", { name: "Launches" }).click();
  await expect(page.getByRole("alert")).toContainText("The gateway can’t be reached");
  await page.unroute("**/assets/rest-*.wasm");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(portal.heading("Launches")).toBeVisible();
});
