// A problem report from the form to its answer, and from an error page without sign-in. The look of these pages: walk/reports.ts.
import type { Page } from "@playwright/test";
import { launchToken, register } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test("an educator reports, support answers, the educator reads it", async ({ page, portal, servers }) => {
  test.slow();
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expect(portal.heading("Registrations")).toBeVisible();
  await portal.openHelp();
  await page.getByRole("menuitem", { name: "Report a problem" }).click();
  await expect(portal.heading("Report a problem")).toBeVisible();

  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Say what the report is about" })).toBeVisible();
  await page.getByLabel("What is it about?").selectOption({ label: "Signing in" });
  await page.getByLabel("Summary").fill("Colleagues can’t sign in");
  await page.getByLabel("What happened, and what did you expect?").fill("<b>Since Monday</b>\nnobody gets in.");
  await page.reload();
  await expect(page.getByLabel("Summary"), "the draft survives a reload").toHaveValue("Colleagues can’t sign in");
  await expect(page.getByLabel("What is it about?")).toHaveValue("sign_in");
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(portal.heading("Your report was sent")).toBeVisible();
  await page.getByRole("link", { name: "Follow this report" }).click();
  await expect(portal.heading("Colleagues can’t sign in")).toBeVisible();
  await expect(page.getByText("<b>Since Monday</b>"), "text is text").toBeVisible();

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.support);
  await expect(portal.heading("Problem reports")).toBeVisible();
  await expect(page.getByText("Contoso University").first()).toBeVisible();
  await page.getByRole("row", { name: /Colleagues can’t sign in/ }).getByRole("link").click();
  await page.getByLabel("Your answer").fill("The accounts had no role.\nThey have one now.");
  await page.getByRole("button", { name: "Send answer" }).click();
  await expect(portal.status("Your answer was sent.")).toBeVisible();
  await page.getByRole("button", { name: "Resolved" }).click();
  await expect(portal.status("The status is now: Resolved.")).toBeVisible();

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.educator);
  await page.getByRole("navigation").getByRole("link", { name: "Problem reports" }).click();
  await expect(portal.heading("My reports")).toBeVisible();
  await page.getByRole("row", { name: /Colleagues can’t sign in/ }).getByRole("link").click();
  await expect(page.getByText("They have one now.")).toBeVisible();
  await expect(page.getByText("Resolved").first()).toBeVisible();
});

test("an error page leads to a report, without signing in or by the portal, and the administrator finds it", async ({ page, portal, lms, servers }) => {
  test.slow();
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await page.getByRole("button", { name: /^Remove deployment/ }).click();
  await expect(portal.status(/is no longer approved/)).toBeAttached();

  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registration details not found" })).toBeVisible();
  const openReport = async () => {
    const opened = page.waitForEvent("popup");
    await refusal.getByRole("link", { name: "Report a problem" }).click();
    return opened;
  };
  const short = await openReport();
  await expect(short.getByRole("heading", { level: 1 })).toHaveText("Report a problem");
  await short.getByText("What will be sent", { exact: true }).click();
  await expect(short.getByText("Chrome/").first(), "the browser's own words").toBeVisible();

  const form = await openReport();
  await form.getByRole("link", { name: "Sign in and report" }).click();
  await expect(form.getByRole("heading", { level: 1 })).toHaveText("Report a problem");
  await expect(form.getByLabel("Launch reference")).toHaveValue(/^[0-9A-Z]{4}-/);
  await expect(form.getByText("Found. Its details are listed under")).toBeVisible();

  await short.getByLabel("Summary").fill("The activity doesn’t open");
  await short.getByLabel(/^What happened/).fill("It says that the registration wasn’t found.");
  await short.getByRole("button", { name: "Send report" }).click();
  await expect(short.getByRole("heading", { level: 1 })).toHaveText("Your report was sent");

  await portal.open("/reports");
  await expect(portal.heading("Problem reports")).toBeVisible();
  await page.getByRole("row", { name: /The activity doesn’t open/ }).getByRole("link").click();
  await expect(portal.heading("The activity doesn’t open")).toBeVisible();
  await expect(page.getByText("registration_not_found.deployment_unlisted")).toBeVisible();
});

test("whoever can’t sign in gets a text for the school’s IT, in the own language", async ({ portal }) => {
  await portal.open("/report");
  await expect(portal.heading("Report a problem")).toBeVisible();
  await portal.open("/report?lang=de");
  await expect(portal.heading("Problem melden")).toBeVisible();
});

test("a launch’s details lead to a report with its diagnostics, and what is typed stays its writer’s", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("navigation").getByRole("link", { name: "Launches" }).click();
  await page.getByRole("row", { name: /Practice LMS/ }).getByRole("link").first().click();
  await page.getByRole("main").getByRole("link", { name: "Report a problem" }).click();
  await expect(portal.heading("Report a problem")).toBeVisible();
  const reference = new URL(page.url()).searchParams.get("reference")!;
  await expect(page.getByLabel("Launch reference")).toHaveValue(reference);
  await expect(page.getByLabel("What is it about?")).toHaveValue("launch");
  const shown = page.getByRole("region", { name: "What will be sent" });
  await expect(shown).toContainText(reference);
  const consent = page.getByRole("checkbox", { name: "Send the diagnostics of this launch" });
  await consent.uncheck();
  await expect(shown).not.toContainText(reference);
  await consent.check();
  await expect(shown).toContainText("Practice LMS");

  // A draft for each launch, and one for none.
  await page.getByLabel("Summary").fill("It opens, but it is empty");
  await portal.open("/reports/new");
  await expect(page.getByLabel("Summary")).toHaveValue("");
  await page.getByLabel("Summary").fill("A secret of Megan’s");
  await portal.open(`/reports/new?reference=${reference}`);
  await expect(page.getByLabel("Summary")).toHaveValue("It opens, but it is empty");
  await page.getByLabel("What happened, and what did you expect?").fill("Nothing is shown.");

  // The answer to the first try is lost on the way; what is changed then is another report.
  const path = "**/api/v1/problem-reports";
  await page.route(path, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await page.unroute(path);
  await page.getByLabel("What happened, and what did you expect?").fill("Nothing is shown at all.");
  await page.getByRole("button", { name: "Send report" }).click();
  await page.getByRole("link", { name: "Follow this report" }).click();
  await expect(portal.heading("It opens, but it is empty")).toBeVisible();
  const sent = page.getByRole("region", { name: "Diagnostics" });
  await expect(sent).toContainText(reference);
  await expect(sent).toContainText("Practice LMS");

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.educator);
  await expect(page.getByRole("button", { name: `Account of ${people.educator}` })).toBeVisible();
  await portal.open("/reports/new");
  await expect(page.getByLabel("Summary"), "the next person at this tab starts afresh").toHaveValue("");
});

test("support finds what never reached the support desk", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expect(portal.heading("Registrations")).toBeVisible();
  const headers = { authorization: `Bearer ${await portal.token()}`, "content-type": "application/json" };
  const body = JSON.stringify({ category: "other", summary: "Never delivered", description: "It never arrived." });
  expect((await fetch(`${servers.gateway}/api/v1/problem-reports`, { method: "POST", headers, body })).status).toBe(201);

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.support);
  await expect(page.getByRole("row", { name: /Never delivered/ })).toBeVisible();
  const asked = page.waitForRequest(/undelivered=true/);
  await page.getByRole("group", { name: "Delivery to the support desk" }).getByText("Not delivered", { exact: true }).click();
  await asked;
  await expect(page.getByRole("heading", { name: "No reports match" }), "nothing was given up").toBeVisible();
  await page.getByText("All reports", { exact: true }).click();

  // As it stands after three days without an answer.
  const dead = { id: crypto.randomUUID(), event: "report.created", channel: "webhook", state: "dead", attempts: 80, lastError: "the answer had HTTP status 500", nextAttemptAt: null };
  await page.route(/\/api\/v1\/problem-reports\/[0-9a-f-]{36}$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), deliveries: [dead] } });
  });
  await page.getByRole("row", { name: /Never delivered/ }).getByRole("link").click();
  await expect(page.getByRole("main")).toContainText("Part of this report never reached the support desk.");
  await expect(page.getByRole("main")).toContainText("the answer had HTTP status 500");
});

test("what people write is text, wherever it is shown", async ({ page, portal, servers, lms }) => {
  const image = "<img src=x onerror=window.evil=1>";
  const script = `<script>window.evil=2</script>${image}`;
  await register(servers.gateway, servers.lms, { name: `Practice ${image}` }, `Contoso ${image}`);
  const quiet = async (on: Page) => expect(await on.evaluate(() => (window as { evil?: number }).evil)).toBeUndefined();

  // The pages of a launch.
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: `View Practice ${image}` }).click();
  await page.getByRole("button", { name: /^Remove deployment/ }).click();
  await expect(portal.status(/is no longer approved/)).toBeAttached();
  await lms.openCourse("Tess Teacher");
  const refusal = await lms.launchInFrame();
  const opened = page.waitForEvent("popup");
  await refusal.getByRole("link", { name: "Report a problem" }).click();
  const short = await opened;
  await short.getByText("What will be sent", { exact: true }).click();
  await expect(short.getByText(`Practice ${image}`)).toBeVisible();
  const reference = new URL(short.url()).searchParams.get("reference")!;
  await short.getByLabel("Summary").fill(`Short ${script}`);
  await short.getByLabel(/^What happened/).fill(script);
  await short.getByLabel(/^Answer to/).fill("<script>@contoso.edu");
  await short.locator("form").evaluate((form: HTMLFormElement) => {
    form.noValidate = true;
    form.requestSubmit();
  });
  await expect(short.getByText("That isn’t an e-mail address")).toBeVisible();
  await expect(short.getByLabel("Summary")).toHaveValue(`Short ${script}`);
  await quiet(short);
  await short.close();

  // The portal: as an administrator, and as support staff.
  await portal.open("/reports");
  const headers = { authorization: `Bearer ${await portal.token()}`, "content-type": "application/json" };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${servers.gateway}/api/v1/problem-reports${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { id: string };
  };
  const texts = { summary: `One ${script}`, description: `Two ${script}`, browser: `Three ${image}`, portalVersion: `Four ${image}` };
  const { id } = await post("", { category: "launch", launchReference: reference, attachDiagnostics: true, ...texts });
  await post(`/${id}/comments`, { text: `Five ${script}` });
  const look = async (organization: boolean) => {
    await expect(page.getByRole("row").filter({ hasText: texts.summary })).toBeVisible();
    if (organization) await expect(page.getByRole("row").filter({ hasText: `Contoso ${image}` })).toBeVisible();
    await page.getByRole("row").filter({ hasText: texts.summary }).getByRole("link").click();
    await expect(portal.heading(texts.summary)).toBeVisible();
    for (const text of [texts.description, texts.browser, texts.portalVersion, `Five ${script}`, `Contoso ${image}`, `Practice ${image}`]) {
      await expect(page.getByRole("main").getByText(text).first()).toBeVisible();
    }
    await expect(page.getByRole("main").locator("img, script")).toHaveCount(0);
    await quiet(page);
  };
  await page.reload();
  await look(false);
  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Switch account" }).click();
  await portal.choosePerson(people.support);
  await look(true);
});
