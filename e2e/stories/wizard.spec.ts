// Adding a registration across reloads, the back button and what is unusual; for each LMS: platforms.spec.ts.
import { people } from "../portal";
import { answerWith } from "../problem";
import { values } from "../values";
import { expect, test } from "../world";

test.beforeEach(async ({ portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
});

test("a draft survives a reload and the back button, and nothing is asked twice", async ({ page, portal }) => {
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso Moodle", "Moodle");
  await portal.next();
  const issuer = page.getByRole("textbox", { name: "Issuer" });
  await issuer.fill(" https://moodle.contoso.example/ ");
  await expect(page.getByRole("textbox", { name: "Keyset URL" }), "follows from the issuer").toHaveValue("https://moodle.contoso.example/mod/lti/certs.php");
  await page.getByRole("button", { name: "Remove the slash" }).click();
  await expect(issuer).toHaveValue("https://moodle.contoso.example");

  await page.reload();
  await expect(portal.heading(/Enter the keys/)).toBeVisible();
  await expect(page.getByText("You’re back where you left off.")).toBeVisible();
  await expect(issuer).toHaveValue("https://moodle.contoso.example");
  await page.goBack();
  await expect(portal.heading(/Copy the gateway keys/)).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel("Registration name")).toHaveValue("Contoso Moodle");
  await expect(page.getByRole("radio", { name: "Moodle", exact: true })).toBeChecked();
  await page.goForward();
  await page.goForward();
  await expect(issuer).toHaveValue("https://moodle.contoso.example");

  await page.getByRole("button", { name: "Start over" }).click();
  await expect(portal.heading(/Which app/)).toBeVisible();
  await expect(page.getByRole("radio", { name: "Launch inspector" })).not.toBeChecked();
});

test("the gateway keys come with what a firewall must let through", async ({ page, portal }) => {
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso Moodle", "Moodle");
  await page.getByText("If Moodle is behind a firewall").click();
  await expect(page.getByRole("textbox", { name: "User-Agent" })).toHaveValue(/^LMS-Gateway\/\d+\.\d+\.\d+ \(\+http/);
  await expect(page.getByRole("button", { name: "Copy User-Agent" })).toBeVisible();
});

test("where many schools share a client ID, a deployment that isn't known yet is to be entered, and nothing is said to be approved", async ({ page, portal }) => {
  await answerWith(page, /registrations\/check$/, { json: { findings: [], passed: true } }, "POST");
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso Blackboard", "Blackboard");
  await portal.next();
  const deployment = page.getByRole("textbox", { name: "Deployment ID" });
  await expect(deployment).toHaveAccessibleDescription(/Until then, launches are refused/);
  await expect(deployment).not.toHaveAccessibleDescription(/approve/);
  await page.getByRole("textbox", { name: "Client ID" }).fill("027328b7-c2e3-4c9e-aaa1-07802dae6c89");
  await portal.checkKeys();
  await portal.save();
  await expect(page.getByRole("heading", { name: "Enter the deployment ID" })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(/approv|pending/i);
  await page.getByRole("link", { name: "View registration" }).click();
  await expect(page.getByRole("dialog").getByRole("textbox", { name: "Enter a deployment ID" })).toBeVisible();
  await expect(page.getByRole("dialog")).toContainText("Refused until they are entered here");
});

test("what isn't chosen is asked for by its name, and what isn't entered too", async ({ page, portal }) => {
  await portal.startRegistration();
  await portal.next();
  const asked = page.getByRole("alert").getByRole("link");
  await expect(asked).toHaveText(["Choose an app"]);
  await expect(page.getByRole("group", { name: "App" })).toHaveAccessibleDescription("Choose an app");
  await portal.chooseApp("Launch inspector");
  await portal.next();
  await expect(asked).toHaveText(["Registration name: Enter a value", "Choose a platform"]);
  await expect(page.getByRole("group", { name: "LMS platform" })).toHaveAccessibleDescription("Choose a platform");
  await asked.last().click();
  await expect(page.getByRole("radio").first()).toBeFocused();
});

test("an LMS that isn't in the list is “your LMS” wherever a sentence names it", async ({ portal }) => {
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso LMS", "Other");
  await expect(portal.heading("Copy the gateway keys into your LMS")).toBeVisible();
  await portal.next();
  await expect(portal.heading("Enter the keys that your LMS shows")).toBeVisible();
});

// Client IDs of hosted Canvas: an inherited key's is the same in many schools, a school's own is its own.
for (const [kind, clientId, next] of [
  ["an inherited developer key", "170000000000570", "Enter the deployment ID"],
  ["a developer key of its own", "10430000000000123", "Approve the deployment"],
] as const) {
  test(`a Canvas with ${kind} is told what comes next`, async ({ page, portal }) => {
    await answerWith(page, /registrations\/check$/, { json: { findings: [], passed: true } }, "POST");
    await portal.startRegistration();
    await portal.chooseApp("Launch inspector");
    await portal.nameAndChooseLms("Contoso Canvas", "Canvas");
    await portal.next();
    const client = page.getByRole("textbox", { name: "Client ID" });
    await expect(client).toHaveAccessibleDescription(/For an inherited key, the published client ID/);
    const deployment = page.getByRole("textbox", { name: "Deployment Id" });
    await expect(deployment).toHaveAccessibleDescription(/own, you approve the deployment after the first launch/);
    await expect(deployment).toHaveAccessibleDescription(/inherited one \(15 digits that begin with 17\), launches are refused until you enter the ID/);
    await client.fill(clientId);
    await portal.checkKeys();
    await portal.save();
    await expect(page.getByRole("heading", { name: next })).toBeVisible();
  });
}

test("an address of a later step leads to the first one that isn't done", async ({ page, portal }) => {
  await portal.open("/registrations/new?step=check");
  await expect(portal.heading(/Which app/)).toBeVisible();
  await expect(page).toHaveTitle(/^Step 1 of 5: /);
});

test("what only few need: several deployments, an audience, anonymous launches, any deployment, and another app in the same LMS", async ({ page, portal, lms }) => {
  const keys = await lms.keys();
  await portal.open("/registrations/new");
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Contoso LMS", "Other");
  await portal.next();
  await portal.enterLmsKeys(keys);
  const field = (name: string) => page.getByRole("textbox", { name, exact: true });
  await page.getByRole("textbox", { name: /^Access token audience/ }).fill("https://lms.contoso.example/audience");
  for (const [row, id] of [[2, "wrong"], [3, " 17:1f0c "]] as const) {
    await page.getByRole("button", { name: "Add another deployment ID" }).click();
    await expect(field(`Deployment ID ${row}`)).toBeFocused();
    await field(`Deployment ID ${row}`).fill(id);
  }
  await page.getByRole("button", { name: "Remove deployment ID 2" }).click();
  await expect(field("Deployment ID 2")).toHaveValue(" 17:1f0c ");
  await expect(field("Deployment ID 3")).toHaveCount(0);
  await page.getByText("More settings").click();
  await page.getByRole("checkbox", { name: "Approve new deployments automatically" }).check();
  await page.getByRole("checkbox", { name: "Allow anonymous launches" }).check();
  await portal.checkKeys();
  const shown = {
    Issuer: keys.issuer,
    "Client ID": keys.clientId,
    "Keyset URL": keys.keysetUrl,
    "Authentication URL": keys.authenticationUrl,
    "Access token URL": keys.accessTokenUrl,
    "Deployment ID": `${keys.deploymentId}, 17:1f0c`,
  };
  expect(await values(page.getByRole("region", { name: "LMS keys" }))).toEqual({
    ...shown,
    "OAuth2 audience": "https://lms.contoso.example/audience",
    "Approve new deployments automatically": "Yes",
    "Allow anonymous launches": "Yes",
  });
  const sent = page.waitForRequest((request) => request.method() === "POST" && /registrations$/.test(request.url()));
  await portal.save();
  expect((await sent).postDataJSON()).toMatchObject({
    platform: "other",
    deploymentIds: [keys.deploymentId, "17:1f0c"],
    accessTokenAudience: "https://lms.contoso.example/audience",
    allowAnonymous: true,
    acceptAnyDeployment: true,
  });
  const summary = page.getByRole("region", { name: "Summary" });
  await expect.poll(() => values(summary), "the page after saving").toEqual({ App: "Launch inspector", "LMS platform": "Other", ...shown });

  await page.getByRole("link", { name: "Add another app to this LMS" }).click();
  await portal.chooseApp("Launch inspector");
  await expect(page.getByLabel("Registration name")).toHaveValue("");
  await expect(page.getByRole("radio", { name: "Other", exact: true })).toBeChecked();
  await page.getByLabel("Registration name").fill("The second app");
  await portal.next();
  await portal.next();
  await expect(field("Issuer")).toHaveValue(keys.issuer);
  await expect(field("Client ID"), "what is the app's is asked for").toHaveValue("");
});
