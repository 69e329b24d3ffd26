// The browser's language is the portal's, and that of the pages inside an LMS which doesn't say its own.
import { launchToken, register } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test.use({ locale: "de-AT" });

test("a German browser gets a German portal", async ({ page, portal }) => {
  await portal.open();
  await expect(portal.heading("Verbinden Sie Ihr LMS mit Ihren Lern-Apps")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
});

test("a German administrator reads a launch in German", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.open();
  await page.getByRole("button", { name: "Zum Registrierungsportal" }).click();
  await portal.choosePerson(people.admin);
  await expect(portal.heading("Registrierungen")).toBeVisible();
  await page.getByRole("link", { name: "Starts", exact: true }).click();
  await page.getByRole("link", { name: /^Start .* anzeigen$/ }).click();
  await expect(page.getByRole("heading", { name: "Was das Gateway geprüft hat" })).toBeVisible();
  const stages = page.getByRole("main").locator("ol.timeline").getByRole("heading");
  await expect(stages.filter({ hasText: "Signatur" })).toBeVisible();
  await expect(stages.last()).toContainText("Übergabe an die App");
});

test("a German administrator adds a registration in German, apps and other LMSs included", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.open("/registrations/new");
  await portal.choosePerson(people.admin);
  const asked = page.getByRole("alert").getByRole("link");
  const next = () => page.getByRole("button", { name: "Weiter" }).click();
  await expect(page.getByRole("radio", { name: /^Launch inspector Zeigt den Start/ })).toBeVisible();
  await next();
  await expect(asked).toHaveText(["Wählen Sie eine App aus"]);
  await page.getByRole("radio", { name: /^Launch inspector/ }).check();
  await next();
  await expect(portal.heading("Benennen und LMS wählen")).toBeVisible();
  await next();
  await expect(asked).toHaveText(["Name der Registrierung: Geben Sie einen Wert ein", "Wählen Sie eine Plattform aus"]);
  await page.getByLabel("Name der Registrierung").fill("Contoso LMS");
  await page.getByRole("radio", { name: "Anderes LMS" }).check();
  await next();
  await expect(portal.heading("Gateway-Schlüssel in Ihr LMS kopieren")).toBeVisible();
});

test("a German browser gets a German launch error", async ({ lms }) => {
  await lms.openCourse("Sam Student");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registrierungsdetails nicht gefunden" })).toBeVisible();
  await expect(refusal.locator("html")).toHaveAttribute("lang", "de");
});
