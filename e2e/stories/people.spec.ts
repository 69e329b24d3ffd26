// The portal for each kind of person, beyond the main job.
import { launchToken } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test("an administrator of a government cloud is told why the gateway is closed to them", async ({ page, portal }) => {
  await portal.signIn(people.governmentAdmin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  await page.getByLabel("Organization name").fill("Woodgrove");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Register Woodgrove" }).click();
  await expect(page.getByRole("alert").first()).toContainText("only available to public cloud tenants");
  await portal.open("/registrations");
  await expect(portal.heading(/have permission/)).toBeVisible();
});

test("an administrator of an unregistered organization registers it, and sees where it stands", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  await page.getByRole("button", { name: /^Register / }).click();
  await expect(page.getByRole("alert").first(), "nothing is registered without a name and a tick").toContainText("2 values need a change");
  await portal.confirmOrganization();
  await expect(page.getByRole("main")).toContainText("Contoso University");
  await expect(page.getByRole("main").getByText("Registered", { exact: true })).toBeVisible();
});

test("an educator sees the same as an administrator, and nothing that changes it", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expect(portal.heading("Registrations")).toBeVisible();
  const places = ["Registrations", "Launches", "Problem reports", "Audit", "Organization"];
  await expect(page.getByRole("navigation", { name: "Portal" }).getByRole("link")).toHaveText(places);
  await expect(page.getByRole("link", { name: "Add new registration" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Delete/ })).toHaveCount(0);

  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const details = page.getByRole("dialog");
  await expect(details.getByRole("heading", { name: "Gateway keys" })).toBeVisible();
  await expect(details.getByRole("alert"), "nothing is asked for that the API refuses").toHaveCount(0);
  for (const name of ["Check now", "Approve", "Reject", "Delete", /^Remove/]) {
    await expect(details.getByRole("button", { name })).toHaveCount(0);
  }
  await expect(details.getByRole("link", { name: "Delete and add again" })).toHaveCount(0);
  await expect(details.getByRole("region", { name: "Recent launches" }).getByRole("listitem")).toContainText("Accepted");
  await details.getByRole("link", { name: "See all launches" }).click();
  await expect(portal.heading("Launches")).toBeFocused();
  await page.getByRole("link", { name: /^View launch/ }).click();
  await expect(portal.heading("The launch went through")).toBeFocused();
  await expect(page.getByRole("list").getByRole("heading", { name: "Signature" })).toBeVisible();
  await page.getByRole("link", { name: "Audit" }).click();
  await expect(page.getByRole("row", { name: /Registration added/ })).toContainText("Practice LMS");
  const deeds = page.getByLabel("Activity", { exact: true }).getByRole("option");
  await expect(deeds.filter({ hasText: "Registration deleted" })).toHaveCount(1);
  await expect(deeds.filter({ hasText: "Problem report" }), "which the gateway doesn't tell educators").toHaveCount(0);

  await portal.open("/registrations/new");
  await expect(portal.heading(/have permission/)).toBeVisible();
  await expect(page.getByRole("banner")).toHaveCount(1);
});

test("a deployment that is pending is approved, and removed again", async ({ page, portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration("Practice LMS", { ...keys, deploymentId: "" });
  await expect(page.getByText("Approve the deployment")).toBeVisible();
  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();

  await portal.openList();
  await expect(page.getByRole("row", { name: /Practice LMS/ })).toContainText("1 deployment pending approval");
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const details = page.getByRole("dialog");
  await details.getByRole("button", { name: `Approve deployment ${keys.deploymentId}` }).click();
  await expect(portal.status(`Deployment ${keys.deploymentId} is approved.`)).toBeAttached();
  await lms.openCourse("Tess Teacher");
  await expect((await lms.launchInFrame()).getByRole("heading", { name: "This launch is valid" })).toBeVisible();

  await portal.openList();
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await details.getByRole("button", { name: `Remove deployment ${keys.deploymentId}` }).click();
  await expect(portal.status(`Deployment ${keys.deploymentId} is no longer approved.`)).toBeAttached();
  await lms.openCourse("Tess Teacher");
  await expect((await lms.launchInFrame()).getByRole("heading", { name: "Registration details not found" })).toBeVisible();
});

test("a deployment is entered before any launch brought it", async ({ page, portal, lms }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const keys = await lms.keys();
  await portal.openList();
  await portal.addRegistration("Practice LMS", { ...keys, deploymentId: "" });
  await page.getByRole("link", { name: "View registration" }).click();
  const details = page.getByRole("dialog");
  const field = details.getByRole("textbox", { name: "Enter a deployment ID" });
  await details.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(field, "nothing was entered").toBeFocused();
  await field.fill(` ${keys.deploymentId}\u200b`);
  await details.getByRole("button", { name: "Approve", exact: true }).click();
  await expect(portal.status(`Deployment ${keys.deploymentId} is approved.`)).toBeAttached();
  await expect(details.getByRole("button", { name: `Remove deployment ${keys.deploymentId}` })).toBeVisible();
  await lms.openCourse("Tess Teacher");
  await expect((await lms.launchInFrame()).getByRole("heading", { name: "This launch is valid" })).toBeVisible();
});

test("launches are found by outcome, time, registration and reference", async ({ page, portal, lms, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await page.getByRole("button", { name: /^Remove deployment/ }).click();
  await expect(portal.status("is no longer approved")).toBeAttached();
  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  const shown = await refusal.getByText(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/).innerText();
  const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(shown)![0];

  await portal.open("/launches");
  const rows = page.getByRole("row").filter({ has: page.getByRole("link", { name: "View launch" }) });
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole("img", { name: /1 accepted, 1 refused/ })).toBeVisible();
  await page.getByText("Show the numbers as a table").click();
  await expect(page.getByRole("table", { name: "Launches a day" }).getByRole("row")).toHaveCount(15);
  await page.getByRole("group", { name: "Outcome" }).getByText("Refused").click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(reference);
  await page.getByLabel("Time", { exact: true }).selectOption({ label: "Time: Last 7 days" });
  await expect(page.getByRole("heading", { name: "Last 7 days" })).toBeVisible();
  await expect(rows).toHaveCount(1);
  // As if it had been three days ago.
  const then = Date.now() - 3 * 24 * 60 * 60 * 1000;
  await page.route(/\/api\/v1\/launches\?/, async (route) => {
    const asked = new URL(route.request().url()).searchParams.get("from");
    if (asked !== null && Date.parse(asked) > then) return route.fulfill({ json: { value: [] } });
    await route.fallback();
  });
  for (const [time, found] of [["Last 24 hours", 0], ["Last 7 days", 1], ["Last 24 hours", 0], ["All", 1]] as const) {
    await page.getByLabel("Time", { exact: true }).selectOption({ label: `Time: ${time}` });
    await expect(rows, time).toHaveCount(found);
  }
  await page.unrouteAll({ behavior: "wait" });

  await page.getByRole("searchbox").fill(reference.toLowerCase().replaceAll("-", " "));
  await page.getByRole("button", { name: "Find" }).click();
  await expect(portal.heading("Registration details not found")).toBeVisible();
  const failed = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Failed: Deployment" }) });
  await expect(failed.getByRole("definition")).toHaveText(["1"]);
  await expect(failed).toContainText("What to do");
});

test("launches are narrowed to one registration, and its chart with them", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  const other = {
    name: "Contoso Moodle", appId: "launch-inspector", platform: "moodle", issuer: "https://moodle.contoso.example", clientId: "c-1", deploymentIds: ["1"],
    authenticationUrl: "https://moodle.contoso.example/mod/lti/auth.php", keysetUrl: "https://moodle.contoso.example/mod/lti/certs.php",
  };
  const headers = { authorization: `Bearer ${await portal.token()}` };
  expect((await page.request.post(`${servers.gateway}/api/v1/registrations`, { headers, data: other })).status()).toBe(201);
  await portal.open("/launches");
  const rows = page.getByRole("row").filter({ has: page.getByRole("link", { name: "View launch" }) });
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Practice LMS");
  const registration = page.getByRole("combobox", { name: "Registration" });
  await registration.click();
  await page.getByRole("option", { name: "Contoso Moodle" }).click();
  await expect(page.getByRole("heading", { name: "No launches match these filters" })).toBeVisible();
  await expect(page.getByRole("img", { name: /0 accepted, 0 refused/ })).toBeVisible();
  await registration.fill("prac");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveText([/^Practice LMS/]);
  await registration.press("Enter");
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole("img", { name: /1 accepted, 0 refused/ })).toBeVisible();

  // The choice remains after a look at a launch, and after a reload.
  await page.getByRole("group", { name: "Outcome" }).getByText("Accepted").click();
  await page.getByLabel("Time", { exact: true }).selectOption({ label: "Time: Last 7 days" });
  await page.getByRole("link", { name: "View launch" }).click();
  await expect(portal.heading("The launch went through")).toBeFocused();
  await page.goBack();
  for (const reload of [false, true]) {
    if (reload) await page.reload();
    await expect(rows).toHaveCount(1);
    await expect(registration).toHaveValue("Practice LMS");
    await expect(page.getByRole("radio", { name: "Accepted" })).toBeChecked();
    await expect(page.getByLabel("Time", { exact: true })).toHaveValue("7");
  }
});

test("launches of a registration that was deleted keep its name, and lead nowhere where nothing is", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "See all launches" }).click();
  const registration = page.getByRole("combobox", { name: "Registration" });
  await expect(registration).toHaveValue("Practice LMS");
  const narrowed = page.url();
  await portal.openList();
  await portal.deleteRegistration("Practice LMS");

  await portal.open("/launches");
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "View launch" }) });
  await expect(row).toContainText("Practice LMS");
  await expect(row).toContainText("Deleted registration");
  for (const link of await row.getByRole("link").all()) expect(await link.getAttribute("href")).toMatch(/^\/launches\//);

  // A link from before the deletion still finds them.
  await page.goto(narrowed);
  await expect(row).toHaveCount(1);
  await expect(registration).toHaveValue("Deleted registration");
  await row.getByRole("link").first().click();
  await expect(portal.heading("The launch went through")).toBeVisible();
  await expect(page.getByRole("main").getByText("Deleted registration")).toBeVisible();
  await expect(page.getByRole("main").locator("a[href^='/registrations/']")).toHaveCount(0);
});

test("the audit page tells who did what, and can be narrowed to one activity", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Audit" }).click();
  await expect(portal.heading("Audit")).toBeVisible();
  const deeds = page.getByRole("rowheader");
  await expect(deeds.filter({ hasText: "Organization registered" })).toBeVisible();
  await expect(page.getByRole("row", { name: /Registration added/ })).toContainText("Practice LMS");
  await expect(page.getByRole("row", { name: /Registration added/ })).toContainText("Application");
  await page.getByLabel("Activity", { exact: true }).selectOption({ label: "Activity: Registration added" });
  await expect(deeds).toHaveText(["Registration added"]);
  await page.getByLabel("Activity", { exact: true }).selectOption({ label: "Activity: Registration deleted" });
  await expect(page.getByRole("heading", { name: "No activities match this filter" })).toBeVisible();
});

test("help, keyboard and about are there for everybody, under the question mark", async ({ page, portal }) => {
  await portal.open();
  for (const [item, heading] of [["Help", "Help"], ["Keyboard", "Keyboard"], ["About", "About"]] as const) {
    await portal.openHelp();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
    await expect(portal.heading(heading)).toBeFocused();
    await expect(page).toHaveTitle(`${heading} - LMS Gateway`);
  }
});

test("a registration whose app was withdrawn says so", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.route(/\/api\/v1\/registrations(\?|\/[^/]+$)/, async (route) => {
    const answer = await route.fetch();
    const text = (await answer.text()).replaceAll('"appWithdrawn":false', '"appWithdrawn":true');
    await route.fulfill({ response: answer, body: text });
  });
  await portal.openList();
  await expect(page.getByRole("row", { name: /Practice LMS/ })).toContainText("App withdrawn");
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await expect(page.getByRole("dialog")).toContainText("The operator of this gateway removed the app");
  await page.unrouteAll({ behavior: "wait" });
});
