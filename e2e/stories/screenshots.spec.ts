// Pictures to look at, in shots/: what is printed, and German. Those of every page and state in English: walk.spec.ts.
import { fullList, inTrouble, LONG_NAME, withWaiting } from "../full";
import { launchToken, register } from "../launch";
import { picture } from "../look";
import { people } from "../portal";
import { changeAnswer } from "../problem";
import { expect, test } from "../world";

// A4 at 96 dots an inch, without its margins.
test.describe("printed", () => {
  test.use({ viewport: { width: 718, height: 1047 } });
  test("what one prints", async ({ page, portal, lms, servers }) => {
    await launchToken(servers.gateway, servers.lms);
    await portal.signIn(people.admin);
    await page.getByRole("link", { name: "View Practice LMS" }).click();
    await expect(page.getByRole("dialog").getByRole("img", { name: /^Launches a day/ })).toBeVisible();
    const print = async (name: string) => {
      await page.emulateMedia({ media: "print" });
      await picture(page, `print/${name}`);
      await page.pdf({ path: `shots/print/${name}.pdf`, format: "A4", margin: { top: "10mm", right: "10mm", bottom: "10mm", left: "10mm" } });
      await page.emulateMedia({ media: "screen" });
    };
    await print("details");
    await page.keyboard.press("Escape");
    await print("registrations");
    await portal.deleteRegistration("Practice LMS");
    await lms.openCourse("Tess Teacher");
    const refusal = await lms.launchInFrame();
    const reference = await refusal.locator(".frame-foot .reference").innerText();
    await portal.open(`/launches/${reference}`);
    await expect(page.getByRole("heading", { name: "What the gateway checked" })).toBeVisible();
    await print("launch");
    await portal.open(`/reports/new?reference=${reference}`);
    await page.getByLabel("Summary").fill("The activity doesn’t open");
    await page.getByLabel(/^What happened/).fill("It says that the registration wasn’t found.");
    await page.getByRole("button", { name: "Send report" }).click();
    await page.getByRole("link", { name: "Follow this report" }).click();
    await expect(portal.heading("The activity doesn’t open")).toBeVisible();
    await print("report");
    await portal.open("/audit");
    await expect(page.getByRole("rowheader").first()).toBeVisible();
    await print("audit");
  });
});

test.describe("in German", () => {
  test.use({ locale: "de-DE" });
  const pages = { wizard: "/registrations/new", launches: "/launches", audit: "/audit", reports: "/reports", report: "/reports/new", organization: "/tenant", help: "/help", keyboard: "/help/keyboard", about: "/help/about" };

  for (const width of [320, 1280]) {
    test(`${width} px`, async ({ page, portal, servers }) => {
      test.slow();
      await launchToken(servers.gateway, servers.lms);
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ reducedMotion: "reduce" });
      const take = (name: string) => picture(page, `${width}-german/${name}`);
      await portal.open();
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await take("landing");
      await portal.open("/registrations");
      await portal.choosePerson(people.admin);
      await expect(page.getByRole("link", { name: "Practice LMS anzeigen" })).toBeVisible();
      for (const [name, path] of Object.entries(pages)) {
        await portal.open(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await take(name);
      }
      await portal.open("/launches");
      await page.getByRole("link", { name: /^Start .* anzeigen$/ }).first().click();
      await expect(page.getByRole("heading", { name: "Was das Gateway geprüft hat" })).toBeVisible();
      await take("launch");
      await changeAnswer(page, /registrations\/[^/]+$/, inTrouble);
      await changeAnswer(page, /deployments$/, withWaiting);
      await portal.open("/registrations");
      await page.getByRole("link", { name: "Practice LMS anzeigen" }).click();
      await expect(page.getByRole("dialog").getByText("4", { exact: true })).toBeVisible();
      await take("details");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Practice LMS löschen" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
      await take("delete");
      await changeAnswer(page, /registrations$/, fullList);
      await page.reload();
      await expect(page.getByRole("link", { name: LONG_NAME, exact: true })).toBeVisible();
      await take("registrations");
    });

    test(`the wizard, ${width} px`, async ({ page, portal, lms }) => {
      test.slow();
      const keys = await lms.keys();
      await register(portal.address, lms.address);
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ reducedMotion: "reduce" });
      const take = (name: string) => picture(page, `${width}-german/wizard-${name}`);
      const step = async (heading: RegExp) => expect(portal.heading(heading)).toBeVisible();
      const next = (name = "Weiter") => page.getByRole("button", { name }).click();
      await portal.open("/registrations/new");
      await portal.choosePerson(people.admin);
      await step(/Welche App/);
      await next();
      await take("1-faults");
      await page.getByRole("radio").check();
      await next();
      await step(/LMS wählen/);
      await next();
      await take("2-faults");
      await page.getByLabel("Name der Registrierung").fill("Contoso Moodle");
      await page.getByRole("radio", { name: "Canvas", exact: true }).check();
      await next();
      await step(/Gateway-Schlüssel/);
      await expect(page.locator("pre")).toBeVisible();
      await take("3-canvas");
      await next();
      await step(/Schlüssel eingeben/);
      await take("4-canvas");
      await page.goBack();
      await page.goBack();
      await step(/LMS wählen/);
      await page.getByRole("radio", { name: "Moodle", exact: true }).check();
      await next();
      await step(/Gateway-Schlüssel/);
      await expect(page.locator(".copy-rows").first()).toBeVisible();
      await take("3-moodle");
      await next();
      await step(/Schlüssel eingeben/);
      await page.locator("summary").click();
      await next("Schlüssel prüfen");
      await expect(page.getByRole("alert")).toBeVisible();
      await take("4-faults");
      await page.locator("#issuer").fill(`${keys.issuer}/`);
      await page.locator("#client-id").fill("another");
      await page.locator("#keyset-url").fill(`${lms.address}/no-keyset`);
      await next("Schlüssel prüfen");
      await step(/Prüfen und speichern/);
      await expect(page.locator(".timeline > li").first()).toBeVisible();
      await take("5-check");
      await next("Registrierung speichern");
      await expect(page.getByRole("status").filter({ hasText: "Registrierung gespeichert" })).toBeVisible();
      await take("done");
    });

    test(`launches that fail, ${width} px`, async ({ page, portal, lms }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${portal.address}/lti/login?iss=https%3A%2F%2Flms.example`);
      await expect(page.getByRole("heading", { name: "Einige Angaben des LMS sind ungültig" })).toBeVisible();
      await picture(page, `${width}-german/launch-invalid`);
      // An LMS whose keyset isn't there: in its frame, and alone.
      await register(portal.address, lms.address, { keysetUrl: `${lms.address}/no-keyset` });
      await lms.openCourse("Tess Teacher");
      const refusal = await lms.launchInFrame();
      await expect(refusal.getByRole("heading", { level: 1 })).toBeVisible();
      await picture(page, `${width}-german/launch-keyset`);
      await page.goto(await page.locator("iframe").evaluate((frame) => (frame as HTMLIFrameElement).src));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await picture(page, `${width}-german/launch-keyset-alone`);
    });
  }
});
